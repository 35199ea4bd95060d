import { existsSync } from 'node:fs';
import { join } from 'node:path';
import catalogue from '../../models/models.json' with { type: 'json' };

/** The networks of models.json. */
export type ModelName = keyof typeof catalogue.models;

/** Where a prepared network is. Throws an Error that says what to do where it is not. */
export function modelFile(cache: string, name: ModelName): string {
  const file = join(cache, 'models', `${name}-${catalogue.models[name].sha256.slice(0, 16)}.onnx`);
  if (!existsSync(file)) throw new Error(`The model ${name} is not at ${file}: run "npm run setup".`);
  return file;
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import catalogue from '../../models/models.json' with { type: 'json' };

/** The networks of models.json. */
export type ModelName = keyof typeof catalogue.models;

/**
 * Where a prepared network is, once its bytes are those of the catalogue. Throws an Error that says what to do where
 * it is missing or damaged.
 */
export async function modelFile(cache: string, name: ModelName): Promise<string> {
  const { sha256 } = catalogue.models[name];
  const file = join(cache, 'models', `${name}-${sha256.slice(0, 16)}.onnx`);
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) throw new Error(`The model ${name} is not at ${file}: run "npm run setup".`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  if (hash.digest('hex') !== sha256)
    throw new Error(`The model ${name} at ${file} is damaged: delete the file and run "npm run setup".`);
  return file;
}

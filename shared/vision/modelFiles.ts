import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type ModelName, modelCatalogue, modelPath } from '../../models/catalogue.ts';

/** Path of a prepared network whose bytes have the checksum of the catalogue. Throws Error if it is missing or damaged. */
export async function verifiedModelFile(cache: string, name: ModelName): Promise<string> {
  const model = modelCatalogue.models[name];
  const file = modelPath(cache, name, model);
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) throw new Error(`The model ${name} is not at ${file}: run "npm run setup".`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  if (hash.digest('hex') !== model.sha256)
    throw new Error(`The model ${name} at ${file} is damaged: delete the file and run "npm run setup".`);
  return file;
}

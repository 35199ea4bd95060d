import { stat } from 'node:fs/promises';
import models from '../models.json' with { type: 'json' };
import { type Catalogue, modelFile } from './catalogue.ts';

/** Names of the networks that are not in the cache, by name and size. */
export async function missingModels(cache: string, catalogue: Catalogue = models): Promise<string[]> {
  const checked = await Promise.all(
    Object.entries(catalogue.models).map(async ([name, model]) => {
      const size = await stat(modelFile(cache, name, model)).then(
        (stats) => stats.size,
        () => undefined,
      );
      return size === model.bytes ? [] : [name];
    }),
  );
  return checked.flat();
}

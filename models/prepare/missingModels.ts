import { stat } from 'node:fs/promises';
import { type Catalogue, modelCatalogue, modelPath } from '../catalogue.ts';

/** Names of the networks that the cache lacks, judged by file name and size. */
export async function missingModels(cache: string, catalogue: Catalogue = modelCatalogue): Promise<string[]> {
  const checked = await Promise.all(
    Object.entries(catalogue.models).map(async ([name, model]) => {
      const size = await stat(modelPath(cache, name, model)).then(
        (stats) => stats.size,
        () => undefined,
      );
      return size === model.bytes ? [] : [name];
    }),
  );
  return checked.flat();
}

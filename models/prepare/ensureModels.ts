import { stat } from 'node:fs/promises';
import models from '../models.json' with { type: 'json' };
import { type Catalogue, modelFile } from './catalogue.ts';
import type { Environment } from './npm.ts';
import { type Progress, plainProgress } from './progress.ts';

export interface SetupOptions {
  /** Folder of the prepared networks. */
  cache: string;
  progress?: Progress;
  /** Where npm's settings are looked for, besides its files. */
  env?: Environment;
  catalogue?: Catalogue;
}

/**
 * Sees to it that every network of models.json is in the cache; what is there already is neither fetched nor read.
 * Two at once do no harm, and one that is killed leaves nothing half done. Throws SetupError, whose message says what to do.
 */
export async function ensureModels({
  cache,
  progress = plainProgress(console.log),
  env = process.env,
  catalogue = models,
}: SetupOptions): Promise<void> {
  const names = await missingModels(cache, catalogue);
  if (names.length === 0) return;
  const { prepareModels } = await import('./prepare.ts');
  await prepareModels({ cache, catalogue, names, progress, env });
}

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

import models from '../models.json' with { type: 'json' };
import type { Catalogue } from './catalogue.ts';
import { missingModels } from './missingModels.ts';
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

import { type Catalogue, modelCatalogue } from '../catalogue.ts';
import { missingModels } from './missingModels.ts';
import type { Environment } from './npmConfig.ts';
import { type Progress, plainProgress } from './setupProgress.ts';

export interface SetupOptions {
  /** Folder of the prepared networks. */
  cache: string;
  progress?: Progress;
  /** Environment variables, which may hold settings of npm. */
  env?: Environment;
  catalogue?: Catalogue;
}

/**
 * Downloads and converts the networks that the cache lacks; networks in the cache are neither downloaded nor read. Several
 * processes may run it at once, and a process that is killed leaves no incomplete file. Throws SetupError, whose message
 * says what to do.
 */
export async function ensureModels({
  cache,
  progress = plainProgress(console.log),
  env = process.env,
  catalogue = modelCatalogue,
}: SetupOptions): Promise<void> {
  const names = await missingModels(cache, catalogue);
  if (names.length === 0) return;
  const { prepareModels } = await import('./prepareModels.ts');
  await prepareModels({ cache, catalogue, names, progress, env });
}

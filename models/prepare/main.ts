import { homedir } from 'node:os';
import { join } from 'node:path';
import { ensureModels } from './ensureModels.ts';
import { SetupError } from './setupError.ts';
import { terminalProgress } from './setupProgress.ts';

const cache =
  process.env.VISAGE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'visage');

try {
  await ensureModels({ cache, progress: await terminalProgress(process.stderr) });
  console.log(`The models are ready in ${cache}.`);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}

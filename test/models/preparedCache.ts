import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this machine's prepared networks are. */
export const preparedCache =
  process.env.VISAGE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'visage');

import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Store } from './store.ts';

/** Opens the store that the settings choose, and loads its driver alone. */
export async function openStore(config: Config): Promise<Store> {
  if (config.cosmos !== undefined) {
    const { openCosmosStore } = await import('./cosmos.ts');
    return openCosmosStore(config.cosmos);
  }
  const { openEmbeddedStore } = await import('./embedded.ts');
  return openEmbeddedStore(join(config.dataFolder, 'store'));
}

import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { open } from 'lmdb';
import { openCosmosStore } from '../../shared/storage/cosmos.ts';
import { openEmbeddedStore } from '../../shared/storage/embedded.ts';
import type { Store } from '../../shared/storage/store.ts';
import { startCosmos } from '../storage/cosmos-server.ts';

/** The store of a server under test, to be looked at while the server does not run. */
export interface ServerStore {
  /** The settings that make a server use it. */
  env: Record<string, string>;
  open(): Promise<Store>;
  /** The partition of each document. */
  partitions(): Promise<string[]>;
  stop(): void;
}

export const serverStores = {
  embedded: async (dataFolder: string): Promise<ServerStore> => {
    const folder = join(dataFolder, 'store');
    return {
      env: {},
      open: () => openEmbeddedStore(folder),
      async partitions() {
        const root = open({ path: join(folder, 'documents.mdb'), readOnly: true });
        const documents = root.openDB<Uint8Array, [string, string]>({
          name: 'documents',
          encoding: 'binary',
        });
        const keys = [...documents.getKeys()];
        await root.close();
        return keys.map(([partition]) => partition);
      },
      stop() {},
    };
  },
  'Cosmos DB': async (): Promise<ServerStore> => {
    const { connection, stop } = await startCosmos();
    return {
      env: { COSMOS_CONNECTION: connection },
      open: () => openCosmosStore({ connection, database: 'visage' }),
      async partitions() {
        const client = new CosmosClient(connection);
        const { items } = client.database('visage').container('documents');
        const { resources } = await items.readAll<{ pk: string }>().fetchAll();
        client.dispose();
        return resources.map(({ pk }) => pk);
      },
      stop,
    };
  },
};

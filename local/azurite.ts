import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type AzuriteMessage =
  | { kind: 'listening'; blobPort: number; queuePort: number }
  | { kind: 'ready' }
  | { kind: 'failed'; reason: string };

export interface Azurite {
  /** Connection string. Requests before `ready` wait. */
  connection: string;
  ready: Promise<void>;
  /** Resolves when the process ends although `stop` was not called. */
  lost: Promise<void>;
  /** Saves everything and ends the process. */
  stop(): Promise<void>;
}

// The well-known account of the storage emulator.
const account =
  'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;';

/**
 * Starts Azurite (blobs and queues) on loopback with its data in a folder, on ports 10000 and 10001, or on free ones
 * where those are taken. Resolves once its addresses are known. Throws an Error where it does not start.
 */
export async function startAzurite(
  folder: string,
  program = fileURLToPath(new URL('./azurite.mjs', import.meta.url)),
): Promise<Azurite> {
  if (!existsSync(program))
    throw new Error(
      'UseDevelopmentStorage=true needs Azurite, which is not part of this package. Without AzureWebJobsStorage, blobs and queues are kept in DATA_DIR.',
    );
  const { AZURITE_ACCOUNTS: _accounts, AZURITE_DB: _database, ...env } = process.env;
  const child = fork(program, [folder], {
    env,
    execArgv: ['--no-deprecation'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  let stopping = false;

  const received = <K extends AzuriteMessage['kind']>(kind: K) =>
    new Promise<Extract<AzuriteMessage, { kind: K }>>((resolve, reject) => {
      child.on('message', (message: AzuriteMessage) => {
        if (message.kind === kind) resolve(message as Extract<AzuriteMessage, { kind: K }>);
        if (message.kind === 'failed') reject(new Error(`Azurite did not start: ${message.reason}`));
      });
      void exited.then(([code]) => reject(new Error(`Azurite did not start (it ended with ${code}).`)));
    });
  const ready = received('ready').then(() => {});
  ready.catch(() => {});
  const { blobPort, queuePort } = await received('listening');

  const endpoint = (service: string, port: number) =>
    `${service}Endpoint=http://127.0.0.1:${port}/devstoreaccount1;`;
  return {
    connection: account + endpoint('Blob', blobPort) + endpoint('Queue', queuePort),
    ready,
    lost: exited.then(() => (stopping ? new Promise<void>(() => {}) : undefined)),
    async stop() {
      stopping = true;
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

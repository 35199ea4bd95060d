// Azurite in a process of its own, with blobs and queues only. Its sockets listen before it has loaded, which takes about
// a second, so that its addresses are known at once and early requests wait. It ends when its parent does, however that ends.
import { mkdirSync } from 'node:fs';
import { type AddressInfo, createServer, Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { lockFolder } from '../shared/folderLock.ts';
import type { AzuriteMessage } from './azurite.ts';

const folder = process.argv[2]!;
const host = '127.0.0.1';
const report = (message: AzuriteMessage) => process.send?.(message);

// Ctrl+C reaches the whole process group, but the parent decides when its storage stops.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
let close = async () => {};
process.on('disconnect', async () => {
  setTimeout(() => process.exit(1), 5_000).unref();
  await close().catch(() => {});
  process.exit(0);
});

try {
  // An Azurite that has just lost its parent may still be saving its state.
  if (!(await lockFolder(folder, 10_000))) throw new Error(`another Azurite uses ${folder}`);
  const blob = await listen(10_000);
  const queue = await listen(10_001);
  report({ kind: 'listening', blobPort: portOf(blob), queuePort: portOf(queue) });
  const servers = await load(folder);
  await Promise.all([startOn(servers.blob, blob), startOn(servers.queue, queue)]);
  close = async () => void (await Promise.all([servers.blob.close(), servers.queue.close()]));
  report({ kind: 'ready' });
} catch (error) {
  report({ kind: 'failed', reason: (error as Error).message });
  process.exit(1);
}

interface Listener {
  server: Server;
  /** Connections accepted before Azurite took over. */
  early: Socket[];
}

/** Listens on a port, or on a free one where it is taken. */
function listen(port: number): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const early: Socket[] = [];
    const server = createServer({ pauseOnConnect: true }, (socket) => early.push(socket));
    server.once('error', (error: NodeJS.ErrnoException) =>
      port !== 0 && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
        ? resolve(listen(0))
        : reject(error),
    );
    server.listen(port, host, () => resolve({ server, early }));
  });
}

function portOf({ server }: Listener): number {
  return (server.address() as AddressInfo).port;
}

async function startOn(azurite: AzuriteServer, { server, early }: Listener): Promise<void> {
  azurite.httpServer.listen = ((_port: number, _host: string, listening: () => void) =>
    Server.prototype.listen.call(azurite.httpServer, server, listening)) as typeof azurite.httpServer.listen;
  await azurite.start();
  for (const socket of early) {
    azurite.httpServer.emit('connection', socket);
    socket.resume();
  }
}

/** Loads the servers alone: Azurite's own programs also load SQL drivers. */
async function load(folder: string): Promise<{ blob: AzuriteServer; queue: AzuriteServer }> {
  const { default: telemetry } = await import('azurite/dist/src/common/Telemetry.js');
  telemetry.AzuriteTelemetryClient.init(folder, false, undefined);
  const { default: BlobConfiguration } = await import('azurite/dist/src/blob/BlobConfiguration.js');
  const { default: BlobServer } = await import('azurite/dist/src/blob/BlobServer.js');
  const { default: QueueConfiguration } = await import('azurite/dist/src/queue/QueueConfiguration.js');
  const { default: QueueServer } = await import('azurite/dist/src/queue/QueueServer.js');
  const skipApiVersionCheck = true;
  return {
    blob: new BlobServer.default(
      Object.assign(new BlobConfiguration.default(...parameters('blob')), { skipApiVersionCheck }),
    ),
    queue: new QueueServer.default(
      Object.assign(new QueueConfiguration.default(...parameters('queue')), { skipApiVersionCheck }),
    ),
  };
}

/** The file names are those of Azurite's own programs. */
function parameters(service: 'blob' | 'queue'): AzuriteConfigurationParameters {
  const locationPath = join(folder, `__${service}storage__`);
  mkdirSync(locationPath, { recursive: true });
  return [
    host,
    0,
    65,
    join(folder, `__azurite_db_${service}__.json`),
    join(folder, `__azurite_db_${service}_extent__.json`),
    [{ locationId: 'Default', locationPath, maxConcurrency: 1 }],
    false,
  ];
}

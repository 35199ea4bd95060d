// Azurite in a process of its own: blobs and queues alone, on sockets that are open before its second of loading, so
// that its addresses are known at once and early requests wait. It ends when its parent does, however that ends.
import { mkdirSync } from 'node:fs';
import { type AddressInfo, createServer, Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { AzuriteMessage } from './azurite.ts';
import { lockFolder } from './lock.ts';

const folder = process.argv[2]!;
const host = '127.0.0.1';
const tell = (message: AzuriteMessage) => process.send?.(message);

// Ctrl+C reaches the whole process group; the parent decides when its storage goes.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
let close = async () => {};
process.on('disconnect', async () => {
  setTimeout(() => process.exit(1), 5_000).unref();
  await close().catch(() => {});
  process.exit(0);
});

try {
  // One that was orphaned a moment ago may still be writing its state down.
  if (!(await lockFolder(folder, 10_000))) throw new Error(`another Azurite uses ${folder}`);
  const blob = await open(10_000);
  const queue = await open(10_001);
  tell({ kind: 'listening', blobPort: portOf(blob), queuePort: portOf(queue) });
  const servers = await load(folder);
  await Promise.all([startOn(servers.blob, blob), startOn(servers.queue, queue)]);
  close = async () => void (await Promise.all([servers.blob.close(), servers.queue.close()]));
  tell({ kind: 'ready' });
} catch (error) {
  tell({ kind: 'failed', reason: (error as Error).message });
  process.exit(1);
}

interface Opened {
  server: Server;
  /** Connections from before Azurite took the socket over. */
  early: Socket[];
}

/** Listens on the usual port, or where that is taken on any. */
function open(port: number): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const early: Socket[] = [];
    const server = createServer({ pauseOnConnect: true }, (socket) => early.push(socket));
    server.once('error', (error: NodeJS.ErrnoException) =>
      port !== 0 && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
        ? resolve(open(0))
        : reject(error),
    );
    server.listen(port, host, () => resolve({ server, early }));
  });
}

function portOf({ server }: Opened): number {
  return (server.address() as AddressInfo).port;
}

async function startOn(azurite: AzuriteServer, { server, early }: Opened): Promise<void> {
  azurite.httpServer.listen = ((_port: number, _host: string, listening: () => void) =>
    Server.prototype.listen.call(azurite.httpServer, server, listening)) as typeof azurite.httpServer.listen;
  await azurite.start();
  for (const socket of early) {
    azurite.httpServer.emit('connection', socket);
    socket.resume();
  }
}

/** The servers that Azurite's own programs start, without the SQL drivers that those load as well. */
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

/** Files are named as Azurite's own programs name them. */
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

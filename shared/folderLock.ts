import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Gives the folder back. */
export type Unlock = () => Promise<void>;

/**
 * Takes a folder for this process, creating it where it is missing. Undefined where another process, or this one, still
 * has it after `patience` ms. The lock is a listening local socket named after the folder: the system frees it with the
 * process, however that ends. Containers with separate networks do not see each other's locks.
 */
export async function lockFolder(folder: string, patience = 0): Promise<Unlock | undefined> {
  mkdirSync(folder, { recursive: true });
  const address = addressOf(realpathSync(folder));
  const deadline = Date.now() + patience;
  for (;;) {
    const server =
      (await listen(address)) ?? ((await removeStale(address)) ? await listen(address) : undefined);
    if (server) {
      server.unref();
      return () => new Promise((resolve) => server.close(() => resolve()));
    }
    if (Date.now() >= deadline) return undefined;
    await sleep(25);
  }
}

/** On Linux and Windows a name that lives as long as its socket; elsewhere a file. */
function addressOf(folder: string): string {
  const name = `visage-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: address, exclusive: true }, () => resolve(server));
  });
}

/** Removes a socket file on which no process listens any more; returns whether it did. */
async function removeStale(address: string): Promise<boolean> {
  if (!address.endsWith('.sock')) return false;
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(address, () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  if (!answered) await rm(address, { force: true });
  return !answered;
}

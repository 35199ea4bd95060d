import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Takes a folder for this process and answers how to give it back. The lock is a listening local socket named
 * after the folder, because the system frees it with the process, however that ends. Containers with networks of
 * their own do not see each other's. Throws an Error where another process, or this one, has the folder.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const address = addressOf(realpathSync(folder));
  const server =
    (await listen(address)) ?? ((await isLeftBehind(address)) ? await listen(address) : undefined);
  if (server === undefined) throw new Error(`${folder} is in use by another process; stop that one first`);
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/** Linux and Windows have names that live as long as their socket; elsewhere it is a file. */
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

/** Removes a socket file that nobody listens on any more. */
async function isLeftBehind(address: string): Promise<boolean> {
  if (!address.endsWith('.sock')) return false;
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(address, () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
  if (!answered) await rm(address, { force: true });
  return !answered;
}

import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Takes a folder for this process, making it where it is missing; the system gives it free when the process ends,
 * however it ends. Answers false where another process has it still after `patience` ms.
 */
export async function lockFolder(folder: string, patience = 0): Promise<boolean> {
  mkdirSync(folder, { recursive: true });
  const name = `visage-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 24)}`;
  const giveUp = Date.now() + patience;
  while (!(await take(name))) {
    if (Date.now() >= giveUp) return false;
    await sleep(25);
  }
  return true;
}

/** A name that only one process can listen on: an abstract socket, a named pipe, or a socket in the temporary folder. */
async function take(name: string): Promise<boolean> {
  if (process.platform === 'linux') return listen(`\0${name}`);
  if (process.platform === 'win32') return listen(`\\\\.\\pipe\\${name}`);
  const file = join(tmpdir(), `${name}.sock`);
  if (await listen(file)) return true;
  // The file outlives a process that was killed; nobody answers behind it then.
  if (await answers(file)) return false;
  try {
    unlinkSync(file);
  } catch {
    // Another process was quicker.
  }
  return listen(file);
}

function listen(address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(address, () => {
      server.unref();
      resolve(true);
    });
  });
}

function answers(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';

/** Packs files as npm does. */
export async function pack(files: Record<string, Uint8Array>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-pack-'));
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'package', path)), { recursive: true });
    await writeFile(join(folder, 'package', path), bytes);
  }
  await create({ cwd: folder, gzip: true, file: join(folder, 'package.tgz') }, ['package']);
  const tarball = await readFile(join(folder, 'package.tgz'));
  await rm(folder, { recursive: true });
  return tarball;
}

export const integrityOf = (tarball: Uint8Array): string =>
  `sha512-${createHash('sha512').update(tarball).digest('base64')}`;

export interface Registry {
  url: string;
  /** Paths asked for so far. */
  asked: string[];
  /** How a tarball is sent; by default whole. */
  send: (response: ServerResponse, tarball: Buffer) => void;
  /** The token that is wanted, if any. */
  token: string | undefined;
  close(): Promise<void>;
}

/** An npm registry on loopback. packages: tarballs by name; every version is 1.0.0. */
export async function startRegistry(packages: Record<string, Buffer>): Promise<Registry> {
  const whole = (response: ServerResponse, tarball: Buffer) => response.end(tarball);
  const registry = { asked: [] as string[], send: whole, token: undefined as string | undefined };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    registry.asked.push(path);
    if (registry.token && request.headers.authorization !== `Bearer ${registry.token}`) {
      response.writeHead(401).end();
      return;
    }
    const name = path.replace(/\/-\/.*/, '');
    const tarball = packages[name];
    if (!tarball) {
      response.writeHead(404).end('{}');
    } else if (path === name) {
      response.setHeader('content-type', 'application/json');
      const dist = { tarball: `${url}${name}/-/it-1.0.0.tgz`, integrity: integrityOf(tarball) };
      const versions = { '1.0.0': { name, version: '1.0.0', dist } };
      response.end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions }));
    } else {
      response.setHeader('content-length', tarball.length);
      registry.send(response, tarball);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return Object.assign(registry, { url, close });
}

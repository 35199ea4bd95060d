import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const account = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Starts Azurite's blob and queue services on free ports. They can go away and come back with their contents. */
export async function startAccount() {
  const folder = await mkdtemp(join(tmpdir(), 'visage-account-'));
  const ports = { blob: await freePort(), queue: await freePort() };
  let running: ChildProcess[] = [];

  const start = async (service: 'blob' | 'queue') => {
    const program = createRequire(import.meta.url).resolve(`azurite/dist/src/${service}/main.js`);
    const options = [`--${service}Port`, `${ports[service]}`, '--location', join(folder, service)];
    const child = spawn(
      process.execPath,
      [program, ...options, '--silent', '--skipApiVersionCheck', '--disableTelemetry'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    for await (const line of createInterface(child.stdout)) {
      if (line.includes('successfully listen')) return child;
    }
    throw new Error(`Azurite's ${service} service did not start`);
  };
  const comeBack = async () => {
    running = await Promise.all([start('blob'), start('queue')]);
  };
  const goAway = async () => {
    const exits = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill();
    await Promise.all(exits);
  };
  await comeBack();
  return {
    connection:
      `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};` +
      `BlobEndpoint=http://127.0.0.1:${ports.blob}/${account};QueueEndpoint=http://127.0.0.1:${ports.queue}/${account};`,
    goAway,
    comeBack,
    stop: async () => {
      await goAway();
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const account = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Azurite's blob and queue services on free ports, with a folder of their own. */
export async function startAzurite() {
  const folder = mkdtempSync(join(tmpdir(), 'visage-azurite-'));
  const services = await Promise.all(
    (['blob', 'queue'] as const).map(async (service) => {
      const port = await freePort();
      const program = createRequire(import.meta.url).resolve(`azurite/dist/src/${service}/main.js`);
      const options = [`--${service}Port`, String(port), '--location', join(folder, service)];
      const child = spawn(
        process.execPath,
        [program, ...options, '--silent', '--skipApiVersionCheck', '--disableTelemetry'],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      for await (const line of createInterface(child.stdout)) {
        if (line.includes('successfully listen')) return { service, port, child };
      }
      throw new Error(`Azurite's ${service} service did not start`);
    }),
  );
  const endpoints = services.map(
    ({ service, port }) =>
      `${service === 'blob' ? 'Blob' : 'Queue'}Endpoint=http://127.0.0.1:${port}/${account};`,
  );
  return {
    connection: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${endpoints.join('')}`,
    async stop() {
      const exits = services.map(({ child }) => once(child, 'exit'));
      for (const { child } of services) child.kill();
      await Promise.all(exits);
      rmSync(folder, { recursive: true });
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

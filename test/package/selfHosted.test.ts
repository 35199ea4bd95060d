import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { build } from '../build.ts';
import { client5 } from '../contract/clients.ts';
import { fileOf, photographs } from '../contract/photographs.ts';
import { startServer } from '../server.ts';
import { makePackage } from './makePackage.ts';

// No image can be built here: what the Dockerfile and compose.yaml say is run without them.
const root = fileURLToPath(new URL('../..', import.meta.url));
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll(/ *\\\n */g, ' ');
const { services, volumes } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'));
const key = 'a-key-of-the-operator';

/** The arguments of an instruction in its JSON form. */
const commandOf = (instruction: string): string[] =>
  JSON.parse(new RegExp(`^${instruction}.*?(\\[.*\\])$`, 'm').exec(dockerfile)![1]!);
const env = Object.fromEntries(
  /^ENV (.+)$/m
    .exec(dockerfile)![1]!
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
);

describe.runIf(process.platform === 'linux')('the self-hosted package', () => {
  let folder: string;
  let app: string;
  let storage: ChildProcess;
  let connection: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'visage-self-hosted-'));
    await build();
    await makePackage(['--self-hosted', '--arch', process.arch, '--out', folder]);
    app = join(folder, `self-hosted-linux-${process.arch}`);
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    storage = await startStorage(ports, join(folder, 'storage'));
    connection = services.visage.environment.AzureWebJobsStorage.replace(':10000/', `:${ports[0]}/`).replace(
      ':10001/',
      `:${ports[1]}/`,
    );
  }, 600_000);
  afterAll(async () => {
    if (storage) {
      storage.kill();
      await once(storage, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs the command that compose.yaml gives to Azurite. */
  async function startStorage([blob, queue, table]: number[], location: string): Promise<ChildProcess> {
    const [program, ...args] = services.storage.command.replace('/data', location).split(' ');
    expect(program).toBe('azurite');
    const { version, bin } = JSON.parse(
      readFileSync(join(root, 'node_modules/azurite/package.json'), 'utf8'),
    );
    expect(services.storage.image).toMatch(new RegExp(`/azurite:${version}$`));
    const ports = ['--blobPort', `${blob}`, '--queuePort', `${queue}`, '--tablePort', `${table}`];
    const child = spawn(
      process.execPath,
      [join(root, 'node_modules/azurite', bin.azurite), ...args, ...ports],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    for await (const line of createInterface(child.stdout))
      if (/Queue.*successfully listen/.test(line)) break;
    child.stdout.resume();
    return child;
  }

  it('holds the local host and the embedded store, and no set-up', () => {
    expect(existsSync(join(app, 'node_modules', 'lmdb'))).toBe(true);
    for (const name of ['pacote', 'azurite', 'esbuild', 'vitest'])
      expect(existsSync(join(app, 'node_modules', name)), name).toBe(false);
    expect(readdirSync(join(app, 'dist'))).toEqual(
      expect.arrayContaining(['functions.mjs', 'local.mjs', 'vision-worker.mjs', 'models']),
    );
  });

  it.each([
    ['the storage of compose.yaml', () => connection],
    ['its data folder alone', () => undefined],
  ])(
    'serves by the commands of the Dockerfile from %s, and is healthy while it does',
    async (name, storageOf) => {
      expect(commandOf('CMD')).toEqual(['node', 'dist/local.mjs']);
      expect(services.visage.volumes[0]).toBe(`${Object.keys(volumes)[0]}:${env.DATA_DIR}`);
      const server = await startServer({
        appFolder: app,
        env: {
          ...env,
          PORT: '0',
          DATA_DIR: join(folder, name),
          FACE_SUBSCRIPTIONS: JSON.stringify([{ id: 'home', keys: [key] }]),
          AzureWebJobsStorage: storageOf(),
          VISAGE_CACHE: undefined,
          XDG_CACHE_HOME: undefined,
          HOME: folder,
          NODE_OPTIONS: `--import=${resolvesStorage}`,
        },
      });
      const url = server.url.replace('0.0.0.0', '127.0.0.1');
      const health = () => {
        const [program, ...args] = commandOf('HEALTHCHECK');
        expect(program).toBe('node');
        return spawnSync(process.execPath, args, { env: { PORT: new URL(url).port } }).status;
      };
      try {
        expect(health()).toBe(0);
        const client = client5(url, key);
        expect(await client.face.detectWithStream(await readFile(fileOf(1)))).toHaveLength(photographs[1]);
        await client.largeFaceList.create('contained', 'Contained');
        await client.largeFaceList.train('contained');
        while ((await client.largeFaceList.getTrainingStatus('contained')).status !== 'succeeded')
          await new Promise((resolve) => setTimeout(resolve, 50));
      } finally {
        await server.stop();
      }
      expect(server.process.exitCode).toBe(0);
      expect(health()).toBe(1);
    },
    60_000,
  );

  it('says which setting is missing, and does not open itself with the keys that everyone knows', () => {
    const start = (settings: Record<string, string>) =>
      spawnSync(process.execPath, ['dist/local.mjs'], {
        cwd: app,
        env: { ...env, DATA_DIR: join(folder, 'other'), PORT: '0', ...settings },
        encoding: 'utf8',
      });
    expect(start({}).stderr).toMatch(/FACE_SUBSCRIPTIONS/);
    const own = JSON.stringify([{ id: 'home', keys: [key] }]);
    expect(
      start({ FACE_SUBSCRIPTIONS: own, AzureWebJobsStorage: 'UseDevelopmentStorage=true' }).stderr,
    ).toMatch(/^UseDevelopmentStorage=true needs Azurite/);
    const sample = JSON.parse(readFileSync(join(root, 'local.settings.sample.json'), 'utf8'));
    const { FACE_SUBSCRIPTIONS } = sample.Values;
    expect(start({ FACE_SUBSCRIPTIONS }).stderr).toMatch(/^HOST=0\.0\.0\.0 would open this server/);
  });
});

/** Inside of compose's network the name of a service is an address. */
const resolvesStorage = `data:text/javascript,${encodeURIComponent(`
  import dns from 'node:dns';
  const { lookup } = dns;
  dns.lookup = (host, ...rest) => lookup(host === 'storage' ? '127.0.0.1' : host, ...rest);
`)}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

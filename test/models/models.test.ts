import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Catalogue, modelPath } from '../../models/catalogue.ts';
import real from '../../models/models.json' with { type: 'json' };
import { sha256 } from '../../models/prepare/cacheFiles.ts';
import { ensureModels } from '../../models/prepare/ensureModels.ts';
import { missingModels } from '../../models/prepare/missingModels.ts';
import { bundle } from '../build.ts';
import { faceApiFile } from './facePhotograph.ts';
import { integrityOf, pack, type Registry, startRegistry } from './npmRegistry.ts';
import { preparedCache } from './preparedCache.ts';

const { face_api_landmark_68: landmarks, expression } = real.models;
const contents = (model: { files: { path: string }[] }) =>
  Object.fromEntries(model.files.map(({ path }) => [path, new Uint8Array(readFileSync(faceApiFile(path)))]));

let folder: string;
let cache: string;
let registry: Registry;
let tarballs: Record<string, Buffer>;
let catalogue: Catalogue;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  await ensureModels({ cache: preparedCache });
  tarballs = {
    landmarks: await pack({ ...contents(landmarks), 'README.md': new Uint8Array(9) }),
    '@faces/expression': await pack(contents(expression)),
  };
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'visage-setup-'));
  cache = join(folder, 'cache');
  registry = await startRegistry(tarballs);
  const source = (name: string) => {
    const tarball = tarballs[name]!;
    return { name, version: '1.0.0', integrity: integrityOf(tarball), bytes: tarball.length, licence: 'MIT' };
  };
  catalogue = structuredClone({
    packages: { one: source('landmarks'), two: source('@faces/expression') },
    models: { landmarks: { ...landmarks, package: 'one' }, expression: { ...expression, package: 'two' } },
  });
  env = {
    PATH: process.env.PATH,
    HOME: folder,
    npm_config_registry: registry.url,
    npm_config_cache: join(folder, 'npm'),
    npm_config_fetch_retries: '0',
    npm_config_userconfig: join(folder, '.npmrc'),
  };
});

afterEach(async () => {
  await registry.close().catch(() => {});
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const setUp = (lines: string[] = []) =>
  ensureModels({ cache, catalogue, env, progress: { ...silent, fetching: (what) => lines.push(what) } });
const silent = { begin() {}, fetching() {}, received() {}, preparing() {}, end() {} };
const refusal = () =>
  setUp().then(
    () => 'none',
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** Every network that is in the cache under its name is the right one. */
async function kept(): Promise<string[]> {
  const names = [];
  for (const [name, model] of Object.entries(catalogue.models)) {
    const bytes = await readFile(modelPath(cache, name, model)).catch(() => undefined);
    if (!bytes) continue;
    expect(sha256(bytes)).toBe(model.sha256);
    names.push(name);
  }
  return names;
}

describe('preparing the models', () => {
  test('fetches, converts and keeps them; again, it asks for nothing, even without a registry', async () => {
    const lines: string[] = [];
    await setUp(lines);
    expect(lines).toEqual(['landmarks@1.0.0', '@faces/expression@1.0.0']);
    expect(await kept()).toEqual(['landmarks', 'expression']);
    expect((await readdir(join(cache, 'models'))).every((name) => name.endsWith('.onnx'))).toBe(true);

    registry.asked.length = 0;
    await setUp(lines);
    expect(registry.asked).toEqual([]);
    await registry.close();
    await setUp(lines);
    expect(lines).toHaveLength(2);
  });

  test('takes only what is missing', async () => {
    await setUp();
    await writeFile(modelPath(cache, 'expression', catalogue.models.expression!), 'cut short');
    expect(await missingModels(cache, catalogue)).toEqual(['expression']);
    const lines: string[] = [];
    await setUp(lines);
    expect(lines).toEqual(['@faces/expression@1.0.0']);
    expect(await kept()).toEqual(['landmarks', 'expression']);
  });

  test('tells of every byte that it fetches', async () => {
    let received = 0;
    let total = 0;
    const progress = {
      ...silent,
      begin: (bytes: number) => {
        total = bytes;
      },
      received: (bytes: number) => {
        received += bytes;
      },
    };
    await ensureModels({ cache, catalogue, env, progress });
    expect(received).toBe(total);
    expect(total).toBe(Object.values(tarballs).reduce((sum, tarball) => sum + tarball.length, 0));
  });

  test('two at once do each other no harm', async () => {
    await Promise.all([setUp(), setUp(), setUp()]);
    expect(await kept()).toEqual(['landmarks', 'expression']);
    expect(await readdir(join(cache, 'models'))).toHaveLength(2);
  });

  test('sweeps what a set-up that died left behind, not what another is writing', async () => {
    const models = join(cache, 'models');
    await mkdir(models, { recursive: true });
    for (const name of ['.old.onnx.1.draft', '.young.onnx.2.draft']) await writeFile(join(models, name), 'x');
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
    await utimes(join(models, '.old.onnx.1.draft'), yesterday, yesterday);
    await setUp();
    expect((await readdir(models)).filter((name) => name.startsWith('.'))).toEqual(['.young.onnx.2.draft']);
  });
});

describe('what is not as models.json says', () => {
  test('a tarball is refused', async () => {
    catalogue.packages.one!.integrity = integrityOf(Buffer.from('another'));
    expect(await refusal()).toMatch(/^SetupError: landmarks@1\.0\.0 .*checksum/s);
    expect(await kept()).toEqual([]);
  });

  test('a tarball that was altered on its way is refused', async () => {
    registry.send = (response, tarball) => {
      const altered = Buffer.from(tarball);
      altered[altered.length - 3]! ^= 1;
      response.end(altered);
    };
    expect(await refusal()).toMatch(/^SetupError: landmarks@1\.0\.0/);
    expect(await kept()).toEqual([]);
  });

  test('a file is refused', async () => {
    catalogue.models.landmarks!.files[1]!.sha256 = sha256(Buffer.from('another'));
    expect(await refusal()).toMatch(/^SetupError: model\/face_landmark_68_model\.bin/);
    expect(await kept()).toEqual([]);
  });

  test('a file that is not there is missed by its name', async () => {
    catalogue.models.landmarks!.files[1]!.path = 'model/elsewhere.bin';
    expect(await refusal()).toMatch(/^SetupError: model\/elsewhere\.bin/);
  });

  test('a network that came out otherwise is not kept', async () => {
    catalogue.models.landmarks!.sha256 = sha256(Buffer.from('another'));
    expect(await refusal()).toMatch(/^SetupError: landmarks came out/);
    expect(await readdir(join(cache, 'models')).catch(() => [])).toEqual([]);
  });
});

test('a cache that cannot be written to is named before anything is fetched', async () => {
  cache = join(folder, 'file', 'cache');
  await writeFile(join(folder, 'file'), '');
  const message = await refusal();
  expect(message).toMatch(/^SetupError: The models cannot be kept in .*VISAGE_CACHE/s);
  expect(message).toContain(cache);
  expect(registry.asked).toEqual([]);
});

describe('the registry', () => {
  test('out of reach: the message says what to do, and a later run goes on', async () => {
    const { url } = registry;
    await registry.close();
    const message = await refusal();
    expect(message).toMatch(/^SetupError: landmarks@1\.0\.0 could not be fetched/);
    for (const part of [url, 'ECONNREFUSED', 'npm config set registry', 'proxy', cache, 'VISAGE_CACHE'])
      expect(message).toContain(part);
    registry = await startRegistry(tarballs);
    env.npm_config_registry = registry.url;
    await setUp();
    expect(await kept()).toHaveLength(2);
  });

  test('that lacks a package is named', async () => {
    catalogue.packages.two!.name = '@faces/unknown';
    expect(await refusal()).toMatch(/@faces\/unknown@1\.0\.0 could not be fetched .*E404/s);
    expect(await kept()).toEqual(['landmarks']);
  });

  test('that breaks off in the middle leaves nothing behind, and what was whole stays', async () => {
    registry.send = (response, tarball) => {
      if (tarball !== tarballs['@faces/expression']) return response.end(tarball);
      response.write(tarball.subarray(0, tarball.length / 2), () => response.destroy());
    };
    expect(await refusal()).toMatch(/^SetupError: @faces\/expression@1\.0\.0 could not be fetched/);
    expect(await kept()).toEqual(['landmarks']);
    expect(await readdir(join(cache, 'models'))).toHaveLength(1);
    registry.send = (response, tarball) => response.end(tarball);
    await setUp();
    expect(await kept()).toHaveLength(2);
  });

  test("is npm's own: its files name it, with a scope's and with a token", async () => {
    registry.token = 'secret-of-the-house';
    const open = await startRegistry({ '@faces/expression': tarballs['@faces/expression']! });
    delete env.npm_config_registry;
    const settings = (...lines: string[]) => writeFile(join(folder, '.npmrc'), lines.join('\n'));
    const named = [`registry=${registry.url}`, `@faces:registry=${open.url}`];
    await settings(...named);
    expect(await refusal()).toContain('E401');
    await settings(...named, `//${new URL(registry.url).host}/:_authToken=${registry.token}`);
    await setUp();
    expect(await kept()).toHaveLength(2);
    expect(registry.asked.some((path) => path.startsWith('@faces'))).toBe(false);
    expect(open.asked.length).toBeGreaterThan(0);
    await open.close();
  });
});

describe('a process', () => {
  const program = fileURLToPath(new URL(`../../dist/.test-setup-${process.pid}/`, import.meta.url));
  beforeAll(() =>
    bundle(
      {
        setupProcess: 'test/models/setupProcess.ts',
        fileWriterProcess: 'test/models/fileWriterProcess.ts',
        main: 'models/prepare/main.ts',
      },
      program,
    ),
  );
  afterAll(() => rm(program, { recursive: true, force: true }));

  const start = (name = 'setupProcess', more: Record<string, string> = {}): ChildProcess =>
    spawn(process.execPath, [join(program, `${name}.mjs`)], {
      env: { ...env, TEST_CACHE: cache, TEST_CATALOGUE: JSON.stringify(catalogue), ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const end = async (child: ChildProcess) => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  };

  test('that is killed anywhere leaves no broken network, and the next one goes on', async () => {
    // One that runs to its end tells how long there is to kill the others in.
    const begun = Date.now();
    expect(await end(start())).toBe(0);
    const whole = Date.now() - begun;
    for (let i = 1; i <= 5; i++) {
      await rm(cache, { recursive: true });
      await rm(join(folder, 'npm'), { recursive: true, force: true });
      const child = start();
      setTimeout(() => child.kill('SIGKILL'), (whole * i) / 5);
      await end(child);
      await kept();
      await mkdir(cache, { recursive: true });
    }
    await rm(cache, { recursive: true });
    const last = start();
    expect(await end(last)).toBe(0);
    expect(await kept()).toHaveLength(2);
  }, 120_000);

  test('beside another shares the cache with it', async () => {
    const both = [start(), start()];
    expect(await Promise.all(both.map(end))).toEqual([0, 0]);
    expect(await kept()).toHaveLength(2);
    const sizes = await Promise.all(
      (await readdir(join(cache, 'models'))).map(
        async (name) => (await stat(join(cache, 'models', name))).size,
      ),
    );
    expect(sizes.sort()).toEqual([landmarks.bytes, expression.bytes].sort());
  });

  test('that is killed while it writes leaves the old file or the new one', async () => {
    const full = 32 * 2 ** 20;
    const writing = join(folder, 'writing');
    await mkdir(writing);
    const path = join(writing, 'file');
    for (let i = 0; i < 4; i++) {
      const child = start('fileWriterProcess', { TEST_PATH: path });
      await once(child.stdout!, 'data');
      // Some file, under whatever name, is half written.
      while (readdirSync(writing).every((name) => sizeOf(join(writing, name)) === full));
      child.kill('SIGKILL');
      await end(child);
      const bytes = await readFile(path);
      expect(bytes.equals(Buffer.alloc(full, bytes[0]))).toBe(true);
    }
  });
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

  test('says in plain words what is wrong, and that all is ready', async () => {
    const told = async (child: ChildProcess) => {
      const pieces: Buffer[] = [];
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (piece) => pieces.push(piece));
      const code = await end(child);
      return `${code}: ${Buffer.concat(pieces)}`;
    };
    await registry.close();
    const wrong = await told(start('main', { VISAGE_CACHE: cache }));
    expect(wrong).toMatch(/^1: .*could not be fetched from the npm registry .*npm config set registry/s);
    expect(wrong).not.toMatch(/\n {4}at /);
    const ready = await told(start('main', { VISAGE_CACHE: preparedCache }));
    expect(ready).toBe(`0: The models are ready in ${preparedCache}.\n`);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Server {
  /** http://127.0.0.1:port, without a slash at the end. */
  url: string;
  /** Of the first and of the second default subscription. */
  keys: [string, string];
  process: ChildProcess;
  /** SIGTERM: what runs is finished. A data folder of the helper's own goes away. */
  stop(): Promise<void>;
  /** SIGKILL: the data folder stays for a next start. */
  kill(): Promise<void>;
  /** Everything printed so far. */
  logs(): string;
}

const sample: { Values: Record<'FACE_SUBSCRIPTIONS' | 'AzureWebJobsStorage', string> } = JSON.parse(
  readFileSync(join(root, 'local.settings.sample.json'), 'utf8'),
);
const subscriptions: { keys: [string] }[] = JSON.parse(sample.Values.FACE_SUBSCRIPTIONS);
/** Settings that hold whatever this machine's environment or local.settings.json say. */
const settled = {
  ...sample.Values,
  NO_COLOR: '1',
  HOST: '127.0.0.1',
  PORT: '0',
  LOG_LEVEL: 'information',
  COSMOS_CONNECTION: undefined,
};

/**
 * Starts the whole product (dist/local.mjs, built where stale) on a free port and resolves once it is ready.
 * env is laid over this process's; a data folder is made where none is given. appFolder: another app, with a host of its
 * own. packageFolder: another app, without one.
 */
export async function startServer(
  options: {
    env?: Record<string, string | undefined>;
    dataFolder?: string;
    appFolder?: string;
    packageFolder?: string;
  } = {},
): Promise<Server> {
  if (!options.appFolder) await build();
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'visage-test-')));
  const program = join(options.appFolder ?? root, 'dist', 'local.mjs');
  const child = spawn(
    process.execPath,
    [program, ...(options.packageFolder ? [options.packageFolder] : [])],
    {
      env: {
        ...process.env,
        ...settled,
        // The app under test keeps blobs and queues itself; other apps and packages are tested on the emulation.
        ...(!options.appFolder && !options.packageFolder && { AzureWebJobsStorage: '' }),
        DATA_DIR: dataFolder,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const killWithParent = () => child.kill('SIGKILL');
  process.once('exit', killWithParent);
  const exited = once(child, 'close').then(() => process.off('exit', killWithParent));
  let printed = '';
  const tidy = async () => {
    if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true });
  };
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk;
      const ready = /^Visage is ready at (http\S+)$/m.exec(printed);
      if (ready) resolve(ready[1]!);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new Error(`The server ended with ${code} before it was ready:\n${printed}`)),
    );
  }).catch(async (error: unknown) => {
    await tidy();
    throw error;
  });
  return {
    url,
    keys: [subscriptions[0]!.keys[0], subscriptions[1]!.keys[0]],
    process: child,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await tidy();
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    logs: () => printed,
  };
}

import { dirname, join, resolve } from 'node:path';

export type Environment = Record<string, string | undefined>;
/** npm's settings as pacote takes them. */
export type NpmOptions = Record<string, unknown> & { registry: string };

/** npm's own settings (registries, sign-in, proxy, certificates, cache) from its files and the environment. */
export async function readNpmConfig(env: Environment): Promise<NpmOptions> {
  const { default: Config } = await import('@npmcli/config');
  const { default: parts } = await import('@npmcli/config/lib/definitions/index.js');
  const config = new Config({
    ...parts,
    npmPath: npmFolder(env),
    argv: [],
    env: { ...env },
    cwd: process.cwd(),
  });
  await config.load();
  const options = { ...config.flat, registry: String(config.flat.registry) };
  // npm waits 10 and 60 seconds before it tries again; whoever has no network should hear of it sooner.
  const patience = config.find('fetch-retry-mintimeout') === 'default';
  return patience ? { ...options, fetchRetryMintimeout: 500, fetchRetryMaxtimeout: 2000 } : options;
}

/** Where npm itself is, which may hold settings built in. */
function npmFolder(env: Environment): string {
  if (env.npm_execpath) return resolve(dirname(env.npm_execpath), '..');
  const bin = dirname(process.execPath);
  return process.platform === 'win32' ? join(bin, 'node_modules/npm') : join(bin, '../lib/node_modules/npm');
}

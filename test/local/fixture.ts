import { cp, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../build.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Makes a folder like the product's, with the real host and a fixture's functions in place of the product's. */
export async function makeApp(
  fixture: 'app' | 'refused',
  hostFile: object = defaultHostFile,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-app-'));
  for (const file of ['local.settings.sample.json', 'package.json'])
    await cp(join(root, file), join(folder, file));
  await writeFile(join(folder, 'host.json'), JSON.stringify(hostFile));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await bundle(
    {
      local: 'local/main.ts',
      azurite: 'local/azuriteProcess.ts',
      functions: `test/local/fixtures/${fixture}.ts`,
    },
    join(folder, 'dist'),
  );
  return folder;
}

const defaultHostFile = {
  version: '2.0',
  extensions: {
    http: { routePrefix: '' },
    queues: { batchSize: 4, maxDequeueCount: 5, visibilityTimeout: '00:00:00' },
  },
};

// npm run package: makes what is deployed, in out/ or the folder --out. --arch arm64: for that processor instead of x64. --self-hosted: with
// the local host and the embedded store, for machines without Azure Functions.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build, bundle } from './build.mjs';
import { run } from './check.mjs';
import { checkNode, install, root } from './install.mjs';
import { filesIn, installProduction, nativeFaults } from './productionDependencies.mjs';

const entryPoints = { functions: 'functions/index.ts', 'vision-worker': 'shared/vision/visionWorker.ts' };
/** Provided by the Functions worker, or by the local host. */
const provided = '@azure/functions-core';
const embeddedStore = 'lmdb';
/** The glibc of Debian 11, the oldest image of Azure Functions, and of Debian 12, the image of our Dockerfile. */
const glibcOf = { package: '2.31', 'self-hosted': '2.36' };
const maxZipBytes = 80e6;

/**
 * Makes a package's folder and its zip in `out` and returns the folder. Equal sources make equal bytes.
 * Throws an Error where the package would not run on its platform or is too large.
 */
export async function makePackage({ out, arch = 'x64', selfHosted = false }) {
  const kind = selfHosted ? 'self-hosted' : 'package';
  const folder = join(out, `${kind}-linux-${arch}`);
  const draft = join(out, `.${basename(folder)}.${process.pid}`);
  const dist = join(draft, 'dist');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  await build();
  const names = await bundleInto(dist, selfHosted);
  copyModels(join(dist, 'models'));
  cpSync(join(root, 'dist', 'console'), join(dist, 'console'), { recursive: true });
  for (const file of ['host.json', 'LICENSE'])
    if (existsSync(join(root, file))) copyFileSync(join(root, file), join(draft, file));
  const { name, version, license, type, main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  installProduction(draft, { names, arch, manifest: { name, version, private: true, license, type, main } });

  const faults = nativeFaults(draft, { arch, glibc: glibcOf[kind] });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const zip = await zipped(draft);
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  writeFileSync(`${folder}.zip`, zip);
  report(folder, zip);
  if (!selfHosted && zip.length > maxZipBytes)
    throw new Error(`The zip has ${megabytes(zip.length)}; it may have ${megabytes(maxZipBytes)}.`);
  return folder;
}

/** Bundles the app and returns the names of the npm packages that the bundle imports. */
async function bundleInto(dist, selfHosted) {
  const entries = { ...entryPoints, ...(selfHosted && { local: 'local/main.ts' }) };
  const { outputs } = await bundle(entries, dist, { sourcemap: false });
  const imported = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && !isBuiltin(path))
    .map(({ path }) => /^(@[^/]+\/)?[^/]+/.exec(path)[0]);
  const left = new Set([provided, ...(selfHosted ? [] : [embeddedStore])]);
  return [...new Set(imported)].filter((name) => !left.has(name)).sort();
}

/** Copies the prepared networks of models.json, preparing those that are missing. */
function copyModels(folder) {
  if (!run([join(root, 'dist', 'setup.mjs')])) throw new Error('The models could not be prepared.');
  const cache =
    process.env.VISAGE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'visage');
  const prepared = join(cache, 'models');
  const { models } = JSON.parse(readFileSync(join(root, 'models', 'models.json'), 'utf8'));
  const wanted = new Set(Object.values(models).map(({ sha256 }) => sha256));
  mkdirSync(folder);
  for (const file of filesIn(prepared)) {
    const bytes = readFileSync(join(prepared, file));
    if (wanted.delete(sha256Of(bytes))) writeFileSync(join(folder, file), bytes);
  }
  if (wanted.size > 0) throw new Error(`Models are missing in ${prepared}, or are not those of models.json.`);
}

/** A zip of a folder in which nothing depends on when and where it was made. */
async function zipped(folder) {
  const { zipSync } = await import('fflate');
  // Read in local time, as it is written: the same in every time zone.
  const options = { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 };
  return zipSync(
    Object.fromEntries(filesIn(folder).map((path) => [path, [readFileSync(join(folder, path)), options]])),
  );
}

function report(folder, zip) {
  const sizes = new Map();
  for (const path of filesIn(folder)) {
    const part =
      /^node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? /^dist\/models|^dist/.exec(path)?.[0] ?? path;
    sizes.set(part, (sizes.get(part) ?? 0) + readFileSync(join(folder, path)).length);
  }
  for (const [part, size] of [...sizes].sort(([, x], [, y]) => y - x))
    console.log(`${megabytes(size).padStart(9)}  ${part}`);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  console.log(`${megabytes(total).padStart(9)}  ${folder}`);
  console.log(`${megabytes(zip.length).padStart(9)}  ${folder}.zip, sha256 ${sha256Of(zip)}`);
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const sha256Of = (bytes) => createHash('sha256').update(bytes).digest('hex');

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  checkNode();
  install();
  const { values } = parseArgs({
    options: {
      arch: { type: 'string', default: 'x64' },
      'self-hosted': { type: 'boolean', default: false },
      out: { type: 'string', default: join(root, 'out') },
    },
  });
  try {
    if (!['x64', 'arm64'].includes(values.arch))
      throw new Error(`--arch is "${values.arch}"; it may be x64 or arm64.`);
    const { out, arch, 'self-hosted': selfHosted } = values;
    await makePackage({ out, arch, selfHosted });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

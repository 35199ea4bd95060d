// npm run build: bundles every entry point into dist/. Other scripts build only where the sources are newer.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildConsole } from './console.mjs';
import { root } from './install.mjs';

const entryPoints = {
  functions: 'functions/index.ts',
  'vision-worker': 'shared/vision/visionWorker.ts',
  local: 'local/main.ts',
  azurite: 'local/azuriteProcess.ts',
  setup: 'models/prepare/main.ts',
  bench: 'bench/main.ts',
  fit: 'fit/main.ts',
  'fit-worker': 'fit/fitWorker.ts',
};
const sources = [
  'functions',
  'shared',
  'local',
  'models',
  'fit',
  'bench',
  'console',
  'scripts',
  'package.json',
  'package-lock.json',
];

// These stay in node_modules: native code, code that reads files beside it, and what only the set-up needs.
const external = [
  '@azure/functions-core',
  'sharp',
  '@cwasm/nsbmp',
  'onnxruntime-node',
  'lmdb',
  'piscina',
  'pacote',
  'onnx-proto',
  'cli-progress',
  'flatbuffers',
];

const dist = join(root, 'dist');
const stamp = join(dist, '.built');

/** Builds dist/ if a source is newer than it. Concurrent builds are safe: each file appears whole. */
export async function build({ force = false } = {}) {
  const upToDate = () => newest(sources.map((path) => join(root, path))) <= statSync(stamp).mtimeMs;
  if (!force && existsSync(stamp) && upToDate()) return;
  const started = new Date();
  await bundle(entryPoints, dist);
  writeFolder(join(dist, 'console'), await buildConsole());
  writeWhole(stamp, `${started.toISOString()}\n`, started);
}

/** Calls back after a build of dist/, and after every change of a source, with the build's errors. */
export async function watch(built) {
  writeFolder(join(dist, 'console'), await buildConsole());
  const esbuild = await import('esbuild');
  const onEnd = ({ outputFiles, errors }) => {
    if (errors.length === 0) writeOutputs(outputFiles, dist);
    built(errors.map(({ text, location }) => `${location?.file}:${location?.line}: ${text}`));
  };
  const plugin = { name: 'built', setup: (build) => build.onEnd(onEnd) };
  const context = await esbuild.context({ ...options(entryPoints, dist), plugins: [plugin] });
  await context.watch();
}

/** Bundles files, each under the name that is its key, into a folder. Returns esbuild's metafile. */
export async function bundle(entryPoints, outdir, overrides = {}) {
  const esbuild = await import('esbuild');
  const { outputFiles, metafile } = await esbuild.build({ ...options(entryPoints, outdir), ...overrides });
  await esbuild.stop();
  writeOutputs(outputFiles, outdir);
  return metafile;
}

const options = (entryPoints, outdir) => ({
  absWorkingDir: root,
  entryPoints,
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // A module that is imported dynamically stays a file of its own, so that what it imports is loaded only then.
  splitting: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node20.17',
  format: 'esm',
  sourcemap: 'linked',
  external,
  // Bundled CommonJS uses names that an ES module does not have.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
  logLevel: 'silent',
});

function writeOutputs(outputFiles, outdir) {
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
  // Parts of earlier builds; a program that is just starting may still need a recent one.
  const names = new Set(outputFiles.map(({ path }) => basename(path)));
  for (const name of readdirSync(outdir)) {
    const file = join(outdir, name);
    if (/\.mjs(\.map)?$/.test(name) && !names.has(name) && statSync(file).mtimeMs < Date.now() - 3_600_000)
      rmSync(file, { force: true });
  }
}

/** files: bytes by path. What lay there before and is not among them goes. */
function writeFolder(folder, files) {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeWhole(join(folder, path), content);
  }
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const draft = entry.name.startsWith('.');
    if (entry.isFile() && !draft && !files.has(relative(folder, file).replaceAll('\\', '/')))
      rmSync(file, { force: true });
  }
}

function writeWhole(path, contents, time) {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}`);
  writeFileSync(draft, contents);
  if (time) utimesSync(draft, time, time);
  renameSync(draft, path);
}

/** Time of the newest change under these paths in ms; a folder's own time covers files that were removed. */
function newest(paths) {
  let time = 0;
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) continue;
    time = Math.max(time, stats.mtimeMs);
    if (stats.isDirectory()) time = Math.max(time, newest(readdirSync(path).map((name) => join(path, name))));
  }
  return time;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await build({ force: true });

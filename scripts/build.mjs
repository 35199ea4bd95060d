// Bundles every entry point into dist/, where the sources are newer than what is there.
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
  azurite: 'local/azurite-process.ts',
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

// Native code, or code that finds its own files beside it, stays in node_modules; so does what the set-up needs.
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

/** Builds dist/ if anything is newer than it. Two builds at once do no harm: each file appears whole. */
export async function build({ force = false } = {}) {
  const upToDate = () => newest(sources.map((path) => join(root, path))) <= statSync(stamp).mtimeMs;
  if (!force && existsSync(stamp) && upToDate()) return;
  const started = new Date();
  await bundle(
    Object.fromEntries(Object.entries(entryPoints).filter(([, file]) => existsSync(join(root, file)))),
    dist,
  );
  writeFolder(join(dist, 'console'), await buildConsole());
  writeWhole(stamp, `${started.toISOString()}\n`, started);
}

/** Bundles files, by the name that each shall have, into a folder. */
export async function bundle(entryPoints, outdir) {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20.17',
    format: 'esm',
    sourcemap: 'linked',
    external,
    // Bundled CommonJS uses what an ES module does not have.
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    logLevel: 'silent',
  });
  await esbuild.stop();
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
}

/** files: bytes by path. What lay there before and is not among them goes. */
function writeFolder(folder, files) {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeWhole(join(folder, path), content);
  }
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

/** Newest change under these paths in ms; a folder's own time tells of files that went away. */
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

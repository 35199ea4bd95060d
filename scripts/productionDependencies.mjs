// Installs the npm packages that a bundle imports, with the versions of package-lock.json, for one platform.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsNewerGlibc, readElf } from './elf.mjs';
import { root } from './install.mjs';

/** Files that nothing reads at run time; licences stay. */
const unread = /^(?!.*\/licen[cs]e[^/]*$).*(\.([cm]?ts|map|md|markdown|cc|h|gypi?|tsbuildinfo)|\/\.[^/]*)$/i;

/**
 * Installs packages and what they depend on into folder/node_modules: binaries of linux on arch ("x64" or "arm64")
 * alone, no install scripts. Writes folder/package.json with `manifest` and these dependencies.
 */
export function installProduction(folder, { names, arch, manifest }) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const dependencies = Object.fromEntries(
    names.map((name) => [name, lock.packages[`node_modules/${name}`].version]),
  );
  const packages = { '': { ...manifest, dependencies } };
  for (const path of [...closure(lock.packages, names)].sort()) packages[path] = lock.packages[path];
  const write = (name, value) => writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  write('package.json', { ...manifest, dependencies });
  write('package-lock.json', { ...manifest, lockfileVersion: 3, requires: true, packages });
  npmCi(folder, arch);
  rmSync(join(folder, 'package-lock.json'));
  prune(join(folder, 'node_modules'), arch);
}

/** Paths in package-lock.json of packages and of everything that they depend on. */
function closure(packages, names) {
  const found = new Set();
  const visit = (from, name) => {
    const path = resolve(packages, from, name);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const { dependencies, optionalDependencies } = packages[path];
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies }))
      visit(path, dependency);
  };
  for (const name of names) visit('', name);
  return found;
}

/** Where Node.js finds a package that is required from a path: in the nearest node_modules. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === '') return undefined;
  }
}

function npmCi(folder, arch) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const platform = ['--os=linux', `--cpu=${arch}`, '--libc=glibc'];
  const { status, stderr } = spawnSync(
    npm,
    ['ci', '--omit=dev', ...platform, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
    { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (status !== 0) throw new Error(`npm ci failed:\n${stderr}`);
}

/** Removes what is never read, and the binaries of other platforms that some packages bring along. */
function prune(modules, arch) {
  rmSync(join(modules, '.bin'), { recursive: true, force: true });
  for (const path of filesIn(modules)) {
    const isNative = /\.(node|dll|dylib|exe|so(\.[\d.]+)?)$/.test(path);
    const isForeign =
      isNative && (/musl/.test(path) || readElf(readFileSync(join(modules, path)))?.machine !== arch);
    if (isForeign || unread.test(`/${path}`)) rmSync(join(modules, path));
  }
}

/** What is wrong with the native libraries of a folder: another processor, or a glibc newer than allowed. */
export function nativeFaults(folder, { arch, glibc }) {
  return filesIn(folder).flatMap((path) => {
    const elf = readElf(readFileSync(join(folder, path)));
    if (!elf) return /\.(node|dll|dylib|exe)$/.test(path) ? [`${path} is no library of Linux`] : [];
    const faults = [];
    if (elf.machine !== arch) faults.push(`${path} is not for ${arch}`);
    if (needsNewerGlibc(elf.versions, glibc)) faults.push(`${path} needs a glibc newer than ${glibc}`);
    return faults;
  });
}

/** Paths of all files below a folder, with slashes, in a fixed order. */
export function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

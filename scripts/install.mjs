// Installs what is missing. Plain JavaScript without dependencies, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const oldest = [20, 17];

/** Exits with a plain message where this Node.js is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  console.error(
    `Visage needs Node.js ${oldest.join('.')} or newer; this is ${process.versions.node}. Get it from https://nodejs.org.`,
  );
  process.exit(1);
}

/** Runs `npm ci` unless node_modules holds what package-lock.json asks for. dev: whether devDependencies count. */
export function install({ dev = true } = {}) {
  const stamp = join(root, 'node_modules', '.visage-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  const done = () => writeFileSync(stamp, lock);
  if (installedAsLocked()) return done();
  if (!dev && installedAsLocked(({ dev, devOptional }) => !dev && !devOptional)) return;
  npmCi();
  done();
}

function npmCi() {
  console.log('Installing dependencies (npm ci) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, error } = spawnSync(npm, ['ci'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  console.error(
    `npm ci failed${error ? ` (${error.message})` : ''}. Is the npm registry (npm config get registry) reachable?`,
  );
  process.exit(1);
}

/** Compares the lock that npm keeps in node_modules: someone may have run `npm ci` or `npm install` by hand. */
function installedAsLocked(counts = () => true) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const locked = packages(join(root, 'package-lock.json'));
  const installed = packages(hidden);
  return Object.entries(locked).every(
    ([path, entry]) =>
      path === '' ||
      entry.optional ||
      entry.peer ||
      !counts(entry) ||
      installed[path]?.version === entry.version,
  );
}

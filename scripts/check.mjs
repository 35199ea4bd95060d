// npm run check: format and lint, types, and that imports run downward.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './install.mjs';

const sourceFolders = ['functions', 'shared', 'local', 'models', 'fit', 'bench', 'console'];
const checks = {
  'format and lint': ['@biomejs/biome/bin/biome', 'check', '.'],
  types: ['typescript/bin/tsc', '--noEmit'],
  'types of the console': ['typescript/bin/tsc', '--project', 'console'],
  imports: [
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    ...sourceFolders,
  ],
};

/** Runs every check and answers how many went well and how many did not. */
export function check() {
  const counts = { passed: 0, failed: 0 };
  for (const [name, command] of Object.entries(checks)) {
    console.log(`Checking ${name} ...`);
    counts[run(command) ? 'passed' : 'failed']++;
  }
  return counts;
}

/** Runs a Node.js program, of node_modules unless its path is absolute, and answers whether it went well. */
export function run([program, ...args]) {
  const file = resolve(root, 'node_modules', program);
  return spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exit(check().failed === 0 ? 0 : 1);

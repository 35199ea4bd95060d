// npm run check: format and lint, types, direction of imports, length and names of files.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkFiles, sourceFolders } from './checkFiles.mjs';
import { root } from './install.mjs';

const checks = {
  'format and lint': () => run(['@biomejs/biome/bin/biome', 'check', '.']),
  types: () => run(['typescript/bin/tsc', '--noEmit']),
  'types of the console': () => run(['typescript/bin/tsc', '--project', 'console']),
  imports: checkImports,
  files: checkFiles,
};

/** Runs every check and returns how many passed and failed. */
export function check() {
  const counts = { passed: 0, failed: 0 };
  for (const [name, passes] of Object.entries(checks)) {
    console.log(`Checking ${name} ...`);
    counts[passes() ? 'passed' : 'failed']++;
  }
  return counts;
}

/** Runs a Node.js program, of node_modules unless its path is absolute, and returns whether it succeeded. */
export function run([program, ...args], options = { stdio: 'inherit' }) {
  return start(program, args, options).status === 0;
}

function start(program, args, options) {
  const file = resolve(root, 'node_modules', program);
  return spawnSync(process.execPath, [file, ...args], { cwd: root, ...options });
}

/** Counts the imports that break the rules of .dependency-cruiser.cjs. */
function checkImports() {
  const { stdout, stderr } = start(
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...sourceFolders()],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (!stdout) {
    console.error(stderr);
    return false;
  }
  const { violations, totalCruised, totalDependenciesCruised } = JSON.parse(stdout).summary;
  for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} imports ${to}`);
  const circles = violations.filter(({ rule }) => rule.name === 'no-circular').length;
  const upward = violations.length - circles;
  console.log(
    `${totalCruised} modules, ${totalDependenciesCruised} imports: ${upward} upward, ${circles} in circles`,
  );
  return violations.length === 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exit(check().failed === 0 ? 0 : 1);

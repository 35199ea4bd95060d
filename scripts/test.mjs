// npm test: sets everything up, runs the checks and the tests, and counts both. Arguments go to vitest; with a path
// among them the checks are left out. --unit: only the tests that need no model, no server and no build.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { check, run } from './check.mjs';
import { checkNode, install, root } from './install.mjs';

const args = process.argv.slice(2).filter((arg) => arg !== '--unit');
const unit = process.argv.includes('--unit');
checkNode();
install();
const checks = unit || args.some((arg) => !arg.startsWith('-')) ? { passed: 0, failed: 0 } : check();
if (!unit) {
  await build();
  if (!run([join(root, 'dist', 'setup.mjs')])) process.exit(1);
}
const tests = vitest(unit ? ['--project', 'unit', ...args] : args);
const failed = checks.failed + tests.failed;
console.log(`\n${checks.passed + tests.passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function vitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-results-'));
  const results = join(folder, 'results.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const succeeded = run(['vitest/vitest.mjs', 'run', ...reporters, ...args]);
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(results, 'utf8'));
    // A file that does not load, or whose hook fails, has failed without a failed test.
    const broken = testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    );
    const failed = numFailedTests + broken.length;
    return { passed: numPassedTests, failed: succeeded ? failed : Math.max(failed, 1) };
  } catch (error) {
    console.error(`The tests left no results: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

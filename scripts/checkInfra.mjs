// npm run check:infra: compiles and lints infra/ and tests what it deploys. --update: writes the snapshots anew first.
import { findBicep, updateSnapshots } from './bicep.mjs';
import { run } from './check.mjs';
import { checkNode, install } from './install.mjs';

checkNode();
install();
const { program, reason } = findBicep();
if (!program) {
  console.error(`infra/ cannot be checked: ${reason}.`);
  process.exit(1);
}
if (process.argv.includes('--update')) process.stderr.write(updateSnapshots(program));
process.exit(run(['vitest/vitest.mjs', 'run', 'test/infra']) ? 0 : 1);

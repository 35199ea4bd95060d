// Installs and builds what is missing, then runs one of dist/'s programs in this process: local, setup, fit, bench.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { checkNode, install, root } from './install.mjs';

const [program = 'local'] = process.argv.splice(2, 1);
checkNode();
install({ dev: program !== 'local' && program !== 'setup' });
await build();
if (process.env.npm_lifecycle_event) endWithParent();
await import(pathToFileURL(join(root, 'dist', `${program}.mjs`)).href);

/** A signal to npm ends npm and its shell, and would leave this process running. */
function endWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250).unref();
}

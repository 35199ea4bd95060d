// npm run dev: like npm start, restarted whenever a source changes. Arguments go to the server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { watch } from './build.mjs';
import { checkNode, install, root } from './install.mjs';

checkNode();
install();
const program = join(root, 'dist', 'local.mjs');
let server;
let restarts = Promise.resolve();

process.on('SIGINT', end);
process.on('SIGTERM', end);
await watch((errors) => {
  if (errors.length > 0) return console.error(errors.join('\n'));
  restarts = restarts.then(restart);
});

async function restart() {
  await stop();
  server = spawn(process.execPath, ['--enable-source-maps', program, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
}

async function stop() {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  await exited;
}

async function end() {
  await stop();
  process.exit(0);
}

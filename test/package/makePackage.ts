import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs `npm run package` with options; answers what it printed. Throws an Error where it fails. */
export async function makePackage(options: string[], env: Record<string, string> = {}): Promise<string> {
  const program = fileURLToPath(new URL('../../scripts/package.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, ...options], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`npm run package ended with ${code}:\n${printed}`);
  return printed;
}

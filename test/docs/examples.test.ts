import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fileOf, photographs, servePhotographs } from '../contract/photographs.ts';
import { type Server, startServer } from '../server.ts';
import { blocksOf, readPage, root } from './pages.ts';

const run = promisify(execFile);
const works = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const shell = works('bash', '-c', 'curl --version') ? 'bash' : undefined;
const python = works('python3', '-c', 'import requests') ? 'python3' : undefined;
if (!shell) console.log('No bash with curl on this machine: the curl examples are not run.');
if (!python) console.log("No python3 with requests on this machine: the Python example isn't run.");

let server: Server;
let photos: Awaited<ReturnType<typeof servePhotographs>>;
beforeAll(async () => {
  [server, photos] = await Promise.all([
    startServer({ env: { FACE_ALLOW_PRIVATE_URLS: 'true' } }),
    servePhotographs(),
  ]);
});
afterAll(() => Promise.all([server?.stop(), photos?.close()]));

/** What a program prints, run in the root of the repository as the pages ask for. */
async function output(program: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, FACE_ENDPOINT: server.url, FACE_KEY: server.keys[0] };
  return (await run(program, args, { cwd: root, env })).stdout;
}
/** Code of a page, sent to the server of this test. */
const here = (code: string) => code.replaceAll('http://127.0.0.1:7071', server.url);
const node = (code: string) => output(process.execPath, '--input-type=module', '-e', here(code));

describe('README', () => {
  const [curl] = blocksOf(readPage('README.md'), 'bash');
  const [sdk] = blocksOf(readPage('README.md'), 'js');

  it.skipIf(!shell)('finds three faces with curl', async () => {
    const faces = JSON.parse(await output(shell!, '-c', here(curl!))) as { faceLandmarks: object }[];
    expect(faces.map(({ faceLandmarks }) => Object.keys(faceLandmarks).length)).toEqual([27, 27, 27]);
  });

  it('compares two faces with the SDK', async () => {
    expect(await node(sdk!)).toMatch(/^{ isIdentical: false, confidence: 0\.\d+ }$/m);
  });
});

describe('docs/getting-started.md', () => {
  const page = readPage('docs/getting-started.md');
  const oneKnown = [1, 0, 0];
  const candidates = (printed: string) => {
    const answer = JSON.parse(printed) as { candidates: { confidence: number }[] }[];
    return answer.map((face) => face.candidates.length);
  };

  it.skipIf(!shell)('identifies a face with curl', async () => {
    const walk = blocksOf(page, 'bash').join('\n');
    const printed = await output(shell!, '-c', `set -euo pipefail\n${here(walk)}`);
    expect(candidates(printed.slice(printed.indexOf('[')))).toEqual(oneKnown);
  });

  it('identifies a face with the SDK', async () => {
    expect(candidates(await node(blocksOf(page, 'js').join('\n')))).toEqual(oneKnown);
  });
});

describe('examples', () => {
  it.skipIf(!shell)('curl.sh finds the faces', async () => {
    const faces = JSON.parse(await output(shell!, 'examples/curl.sh', fileOf(1))) as {
      faceAttributes: { glasses: string };
    }[];
    expect(faces.map(({ faceAttributes }) => faceAttributes.glasses)).toEqual(Array(3).fill('NoGlasses'));
  });

  it('sdk.mjs compares two photographs', async () => {
    const compare = (a: string, b: string) => output(process.execPath, 'examples/sdk.mjs', a, b);
    expect(await compare(fileOf(1), fileOf(1))).toBe('The same person, confidence 1\n');
    expect(await compare(fileOf(1), fileOf(5))).toMatch(/^Two people, confidence 0\.\d+\n$/);
  });

  it('draw.mjs draws on the photograph', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'visage-examples-'));
    try {
      const drawn = join(folder, 'drawn.png');
      expect(await output(process.execPath, 'examples/draw.mjs', fileOf(1), drawn)).toMatch(/^3 faces drawn/);
      const [before, after] = await Promise.all(
        [fileOf(1), drawn].map((file) =>
          sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true }),
        ),
      );
      expect([after!.info.width, after!.info.height]).toEqual([before!.info.width, before!.info.height]);
      expect(after!.data.equals(before!.data)).toBe(false);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.skipIf(!python)('similar.py ranks the faces of a crowd', async () => {
    const ranking = (await output(python!, 'examples/similar.py', fileOf(1), fileOf(1))).trim().split('\n');
    expect(ranking).toHaveLength(photographs[1]);
    expect(ranking[0]).toMatch(/^1\.00 at \d+,\d+$/);
  });

  it('home-assistant.yaml posts an image that detect takes', async () => {
    const secret = { tag: '!secret', resolve: () => server.keys[0] };
    const text = await readFile(join(root, 'examples/home-assistant.yaml'), 'utf8');
    const { rest_command, automation } = parse(text, { customTags: [secret] });
    const { url, method, headers, content_type, payload } = rest_command.visage_detect;
    const { data } = automation[0].actions.find(
      ({ action }: { action: string }) => action === 'rest_command.visage_detect',
    );
    const variables: Record<string, string> = { ...data, image_url: photos.urlOf(4) };
    expect(Object.keys(variables)).toEqual(Object.keys(data));
    const response = await fetch(url.replace('http://visage.local:7071', server.url), {
      method: method.toUpperCase(),
      headers: { ...headers, 'Content-Type': content_type },
      body: payload.replace(/{{ (\w+) }}/g, (_: string, name: string) => variables[name]),
    });
    expect(await response.json()).toHaveLength(photographs[4]);
  });
});

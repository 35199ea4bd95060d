import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { FaceModels } from '@azure/cognitiveservices-face';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import { client5, trained } from '../contract/clients.ts';
import { faceIdOf, people } from '../contract/people.ts';
import { fileOf, photographs } from '../contract/photographs.ts';
import { startServer } from '../server.ts';
import { startCosmos } from '../storage/cosmos-server.ts';
import { startAccount } from '../storageAccount.ts';
import { makePackage } from './makePackage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const offline = ['--import', new URL('./offline.mjs', import.meta.url).href];
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let printed: string[];
let zips: Buffer[];
/** The zip, unpacked and write-protected. */
let installed: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'visage-package-'));
  await build();
  const outs = ['one', 'two'].map((name) => join(folder, name));
  const zones = ['America/New_York', 'Asia/Tokyo'];
  printed = await Promise.all(outs.map((out, i) => makePackage(['--out', out], { TZ: zones[i]! })));
  zips = outs.map((out) => readFileSync(join(out, 'package-linux-x64.zip')));
  installed = join(folder, 'installed');
  for (const [path, bytes] of Object.entries(unzipSync(zips[0]!))) {
    mkdirSync(dirname(join(installed, path)), { recursive: true });
    writeFileSync(join(installed, path), bytes);
  }
  protect(0o444, 0o555);
}, 300_000);
afterAll(async () => {
  if (installed) protect(0o644, 0o755);
  await rm(folder, { recursive: true, force: true });
});

const paths = () => readdirSync(installed, { recursive: true, encoding: 'utf8' }).sort();
const isFile = (path: string) => statSync(join(installed, path)).isFile();

function protect(file: number, directory: number): void {
  for (const path of [...paths().filter((path) => !isFile(path)), ''])
    chmodSync(join(installed, path), 0o755);
  for (const path of [...paths(), '']) chmodSync(join(installed, path), isFile(path) ? file : directory);
}

/** Everything in the package; a superuser writes whatever the modes say. */
const fingerprint = () =>
  paths().map((path) => (isFile(path) ? `${path} ${sha256(readFileSync(join(installed, path)))}` : path));

describe('npm run package', () => {
  it('makes the same bytes wherever and whenever it runs', () => {
    expect(sha256(zips[1]!)).toBe(sha256(zips[0]!));
  });

  it('prints what is in it, and stays within 80 MB', () => {
    expect(printed[0]).toMatch(/MB {2}dist\/models\n/);
    expect(printed[0]).toContain(`package-linux-x64.zip, sha256 ${sha256(zips[0]!)}\n`);
    expect(zips[0]!.length).toBeLessThanOrEqual(80e6);
  });

  it('holds the bundle, the models, host.json and what the bundle imports, and no more', () => {
    expect(readdirSync(installed).filter((name) => name !== 'LICENSE')).toEqual([
      'dist',
      'host.json',
      'node_modules',
      'package.json',
    ]);
    const { models } = JSON.parse(readFileSync(join(root, 'models', 'models.json'), 'utf8'));
    expect(readdirSync(join(installed, 'dist', 'models'))).toHaveLength(Object.keys(models).length);
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const packages = readdirSync(join(installed, 'node_modules'));
    for (const name of ['lmdb', '@lmdb', 'azurite', 'esbuild', 'pacote', ...Object.keys(devDependencies)])
      expect(existsSync(join(installed, 'node_modules', name)), name).toBe(false);
    expect(packages).toEqual(expect.arrayContaining(['onnxruntime-node', 'sharp']));
    const { dependencies, main } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    for (const [name, version] of Object.entries(dependencies))
      expect(
        JSON.parse(readFileSync(join(installed, 'node_modules', name, 'package.json'), 'utf8')).version,
      ).toBe(version);
    expect(existsSync(join(installed, main))).toBe(true);
  });

  it('has native code for linux-x64 alone, and none that needs more than glibc 2.31', () => {
    const native = paths().filter((path) => /\.(node|so[.\d]*|dll|dylib|exe)$/.test(path));
    expect(native.length).toBeGreaterThanOrEqual(4);
    for (const path of native) {
      expect(path).not.toMatch(/darwin|win32|musl|arm64|\.(dll|dylib|exe)$/);
      const bytes = readFileSync(join(installed, path));
      expect(bytes.subarray(0, 4).toString('latin1'), path).toBe('\x7fELF');
      expect(bytes.readUInt16LE(18), path).toBe(62);
      for (const [, minor] of bytes.toString('latin1').matchAll(/GLIBC_2\.(\d+)/g))
        expect(Number(minor), path).toBeLessThanOrEqual(31);
    }
  });
});

describe('the package, write-protected, with an empty home and no network', () => {
  it('cannot reach the network here', () => {
    const code = `for (const host of ['example.com', '192.0.2.1'])
      await fetch('https://' + host).catch(({ cause }) => console.log(cause.message));`;
    const { stdout } = spawnSync(process.execPath, [...offline, '--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('No network: example.com\nNo network: 192.0.2.1\n');
  });

  it('serves a detect with every attribute and a training', async () => {
    const before = fingerprint();
    const home = join(folder, 'home');
    mkdirSync(home);
    const account = await startAccount();
    const cosmos = await startCosmos();
    const server = await startServer({
      packageFolder: installed,
      env: {
        NODE_ENV: 'production',
        NODE_OPTIONS: offline.join(' '),
        VISAGE_STRICT_HOST: 'true',
        HOME: home,
        XDG_CACHE_HOME: undefined,
        VISAGE_CACHE: undefined,
        AzureWebJobsStorage: account.connection,
        COSMOS_CONNECTION: cosmos.connection,
      },
    });
    try {
      const client = client5(server.url, server.keys[0]);
      const faces = await client.face.detectWithStream(await readFile(fileOf(1)), {
        returnFaceLandmarks: true,
        returnFaceAttributes: attributes,
        recognitionModel: 'recognition_04',
      });
      expect(faces).toHaveLength(photographs[1]);
      for (const { faceAttributes } of faces)
        expect(Object.keys(faceAttributes!).sort()).toEqual([...attributes].sort());

      await client.personGroup.create('packed', 'Packed', { recognitionModel: 'recognition_04' });
      const [person] = (await people(client, undefined)).known;
      const { personId } = await client.personGroupPerson.create('packed', { name: person!.name });
      const { image, targetFace } = person!.shots[0];
      await client.personGroupPerson.addFaceFromStream('packed', personId!, image, { targetFace });
      await client.personGroup.train('packed');
      expect((await trained(client.personGroup, 'packed')).status).toBe('succeeded');
      const probe = await faceIdOf(client, person!.shots[2]);
      const [found] = await client.face.identify([probe], { personGroupId: 'packed' });
      expect(found!.candidates[0]!.personId).toBe(personId);
    } finally {
      await server.stop();
      cosmos.stop();
      await account.stop();
    }
    expect(server.logs()).not.toMatch(/No network|\[(warning|error)\]/);
    expect(readdirSync(home)).toEqual([]);
    expect(fingerprint()).toEqual(before);
  }, 120_000);
});

const attributes: FaceModels.FaceAttributeType[] = [
  'age',
  'gender',
  'headPose',
  'smile',
  'facialHair',
  'glasses',
  'emotion',
  'hair',
  'makeup',
  'occlusion',
  'accessories',
  'blur',
  'exposure',
  'noise',
];

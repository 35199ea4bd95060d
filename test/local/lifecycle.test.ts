import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startServer } from '../server.ts';
import { makeApp } from './fixture.ts';

const patiently = { timeout: 15_000, interval: 25 };
const ownKey = '[{"id":"own","keys":["a key of the operator\'s own"]}]';
let appFolder: string;
let refusedFolder: string;
const folders: string[] = [];

beforeAll(async () => {
  appFolder = await makeApp('app');
  refusedFolder = await makeApp('refused');
});
afterAll(async () => {
  for (const folder of [appFolder, refusedFolder, ...folders])
    await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'visage-life-'));
  folders.push(folder);
  return folder;
}

/** Runs the host in the expectation that it ends by itself. */
async function refusal(folder: string, env: Record<string, string>) {
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'dist', 'local.mjs')], {
    env: { ...process.env, PORT: '0', DATA_DIR: await newFolder(), ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(stderr).not.toMatch(/\n {4}at /);
  return { status, message: stderr };
}

/** Processes of Azurite that keep their data under a folder. */
function azurites(dataFolder: string): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes('azurite.mjs') && line.includes(dataFolder));
}

describe('refusals', () => {
  it.each([
    [
      'blobTrigger',
      /Function "blobs": blobTrigger is not supported by the local host; it runs HTTP, queue and timer/,
    ],
    ['cosmosTrigger', /Function "changes": cosmosDBTrigger is not supported/],
    ['blobInput', /Function "reads": the input binding blob is not supported/],
    ['blobOutput', /Function "writes": the output binding blob is not supported/],
    ['queueOutput', /Function "sends": the output binding queue is not supported/],
    ['queueReturn', /Function "forwards": the output binding queue is not supported/],
    ['functionKey', /Function "keyed": httpTrigger: authLevel: only authLevel "anonymous" is supported/],
    ['mixedSegment', /Function "mixed": "\{b\}\.\{c\}" is not supported/],
    ['constraint', /Function "versioned": "\{b:int\}" is not supported by the local host/],
    ['optional', /Function "optional": "\{b\?\}" is not supported by the local host/],
    ['reserved', /Function "reserved": the route "admin\/users" begins with "admin" or "runtime"/],
    ['setting', /Function "named": queueTrigger: queueName: is not a queue name \(binding expressions/],
    ['runOnStartup', /Function "early": timerTrigger: runOnStartup: is not supported/],
    ['logHook', /Log hooks are not supported by the local host/],
    ['schedule', /Function "daily": the schedule "@daily" is not supported/],
    ['streaming', /HTTP streaming \(enableHttpStream\) is not supported/],
    ['connection', /Function "elsewhere": queueTrigger: connection: only AzureWebJobsStorage is supported/],
    ['storage', /The setting AzureWebJobsStorage is not a storage connection string/],
    ['retry', /Function "again": retry policies are not supported/],
    ['twice', /Two functions are named "Same"/],
    ['nothing', /The app registers no function/],
  ])('does not start with %s', async (REFUSED, expected) => {
    const { status, message } = await refusal(refusedFolder, { REFUSED, AzureWebJobsStorage: 'none' });
    expect(message).toMatch(expected);
    expect(status).toBe(1);
  });

  it('does not listen beyond loopback with the keys that everyone knows', async () => {
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1']) {
      const { status, message } = await refusal(appFolder, { HOST });
      expect(message).toMatch(/local\.settings\.sample\.json[\s\S]*FACE_SUBSCRIPTIONS/);
      expect(status).toBe(1);
    }
  });

  it('listens beyond loopback with keys of the operator, and does not print them', async () => {
    const server = await startServer({ appFolder, env: { HOST: '0.0.0.0', FACE_SUBSCRIPTIONS: ownKey } });
    expect((await fetch(server.url.replace('0.0.0.0', '127.0.0.1').concat('/health'))).status).toBe(200);
    expect(server.logs()).not.toContain("a key of the operator's own");
    await server.stop();
  });

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await vi.waitFor(() => expect(other.listening).toBe(true));
    const { port } = other.address() as AddressInfo;
    const { status, message } = await refusal(appFolder, { PORT: String(port) });
    expect(message).toBe(
      `Port ${port} is in use. Stop what listens there, or take another: PORT=${port + 1} npm start\n`,
    );
    expect(status).toBe(1);
    other.close();
  });

  it('says which setting is wrong', async () => {
    expect((await refusal(appFolder, { FACE_SUBSCRIPTIONS: '[{]' })).message).toMatch(/FACE_SUBSCRIPTIONS/);
    expect((await refusal(appFolder, { PORT: 'http' })).message).toMatch(/^PORT is "http"/);
    expect((await refusal(appFolder, { LOG_LEVEL: 'loud' })).message).toMatch(/^LOG_LEVEL is "loud"/);
  });

  it('lets one process alone into a data folder', async () => {
    const dataFolder = await newFolder();
    const server = await startServer({ appFolder, dataFolder });
    const { status, message } = await refusal(appFolder, { DATA_DIR: dataFolder });
    expect(message).toMatch(/Another Visage uses the data folder/);
    expect(status).toBe(1);
    await server.stop();
    await (await startServer({ appFolder, dataFolder })).stop();
  });
});

describe('ends', () => {
  it('on SIGTERM finishes what runs, takes nothing new, runs the terminate hooks and exits 0', async () => {
    const dataFolder = await newFolder();
    const server = await startServer({ appFolder, dataFolder });
    const running = fetch(`${server.url}/slow/1000`);
    await vi.waitFor(() => expect(server.logs()).toMatch(/slow has begun/), patiently);
    const { port } = new URL(server.url);
    const abandoned = connect(Number(port), '127.0.0.1').on('error', () => {});
    abandoned.write('GET /slow/1500 HTTP/1.1\r\nHost: x\r\n\r\n');
    await vi.waitFor(() => expect(server.logs().match(/slow has begun/g)).toHaveLength(2), patiently);
    abandoned.resetAndDestroy();
    const stopped = server.stop();
    await vi.waitFor(() => expect(server.logs()).toMatch(/SIGTERM: finishing what runs/), patiently);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    const answer = await running;
    expect(await answer.text()).toBe('done');
    await stopped;
    expect(server.process.exitCode).toBe(0);
    expect(server.logs().match(/slow has ended/g)).toHaveLength(2);
    expect(readFileSync(join(dataFolder, 'trace.jsonl'), 'utf8')).toMatch(/\{"terminated":true\}\n$/);
    expect(azurites(dataFolder)).toEqual([]);
  });

  it('does not wait for an upload that has stalled, nor for a connection that asks for nothing', async () => {
    const server = await startServer({ appFolder });
    const open = () => connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {});
    open();
    open().write('POST /echo/one HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf');
    await sleep(200);
    await server.stop();
    expect(server.process.exitCode).toBe(0);
  });

  it('at once on a second signal', async () => {
    const server = await startServer({ appFolder });
    fetch(`${server.url}/slow/60000`).catch(() => {});
    await vi.waitFor(() => expect(server.logs()).toMatch(/slow has begun/), patiently);
    server.process.kill('SIGINT');
    await vi.waitFor(() => expect(server.logs()).toMatch(/SIGINT: finishing/), patiently);
    server.process.kill('SIGINT');
    await vi.waitFor(() => expect(server.process.exitCode).toBe(1), patiently);
    await server.stop();
  });

  it('leaves no Azurite behind after a kill -9, and starts again with what was stored', async () => {
    const dataFolder = await newFolder();
    const first = await startServer({ appFolder, dataFolder });
    expect(azurites(dataFolder)).toHaveLength(1);
    await fetch(`${first.url}/send/kept`, { method: 'POST', body: 'x' });
    await first.kill();
    await vi.waitFor(() => expect(azurites(dataFolder)).toEqual([]), patiently);
    const second = await startServer({ appFolder, dataFolder });
    expect(await (await fetch(`${second.url}/count/kept`)).json()).toBe(1);
    await second.stop();
  });
});

describe('timers', () => {
  it('run by their schedule', async () => {
    const dataFolder = await newFolder();
    const server = await startServer({ appFolder, dataFolder });
    const file = join(dataFolder, 'trace.jsonl');
    await vi.waitFor(() => {
      expect(existsSync(file)).toBe(true);
      expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(3);
    }, patiently);
    await server.stop();
    const timers = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .flatMap((line) => JSON.parse(line).timer ?? []);
    expect(timers[0]).toMatchObject({ isPastDue: false, schedule: { adjustForDST: true } });
    expect(timers[1].scheduleStatus.next > timers[0].scheduleStatus.next).toBe(true);
  });
});

import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { missingModels } from '../models/prepare/ensureModels.ts';
import { readConfig } from '../shared/config.ts';
import { type Azurite, startAzurite } from './azurite.ts';
import { greeting } from './greeting.ts';
import { type Host, startHost } from './host.ts';
import { type HttpFront, listen } from './http/server.ts';
import { lockFolder } from './lock.ts';
import { createLog, isLogLevel } from './log.ts';
import { isLoopback, loadSettings, readDefaultKeys } from './settings.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const { env } = process;
let host: Host | undefined;
let azurite: Azurite | undefined;
let stopping = false;

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function start(): Promise<void> {
  loadSettings(folder, env);
  env.DATA_DIR = resolve(env.DATA_DIR || '.data');
  const level = process.argv.includes('--verbose') ? 'debug' : env.LOG_LEVEL || 'information';
  if (!isLogLevel(level))
    throw new Error(`LOG_LEVEL is "${level}"; it may be debug, information, warning or error.`);
  const log = createLog(level);
  const { subscriptions, cache } = readConfig(env);
  const defaultKeys = readDefaultKeys(folder);
  const address = env.HOST || '127.0.0.1';
  if (!isLoopback(address) && subscriptions.some(({ keys }) => keys.some((key) => defaultKeys.has(key))))
    throw new Error(
      `HOST=${address} would open this server to others, while FACE_SUBSCRIPTIONS still holds a key of local.settings.sample.json, which everyone knows.\n` +
        'Copy that file to local.settings.json and put keys of your own into FACE_SUBSCRIPTIONS, for example from: openssl rand -hex 16',
    );
  if (!(await lockFolder(env.DATA_DIR)))
    throw new Error(
      `Another Visage uses the data folder ${env.DATA_DIR}.\nStop it, or give this one a folder of its own: DATA_DIR=... npm start`,
    );
  const http = await takePort(address, env.PORT || '7071');

  if (env.AzureWebJobsStorage === 'UseDevelopmentStorage=true') {
    azurite = await startAzurite(resolve(env.DATA_DIR, 'azurite'));
    env.AzureWebJobsStorage = azurite.connection;
    void azurite.lost.then(() => {
      console.error('Azurite, which keeps blobs and queues, has ended; Visage ends too.');
      process.exit(1);
    });
  }
  await prepareModels(cache);
  host = await startHost({ folder, env, http, log });
  await Promise.all([azurite?.ready, healthy(http.url)]);
  if (!stopping) console.log(greeting(http.url, subscriptions, defaultKeys));

  async function takePort(host: string, port: string): Promise<HttpFront> {
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
      throw new Error(`PORT is "${port}"; it takes a number up to 65535.`);
    try {
      return await listen(host, Number(port), log);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new Error(
        code === 'EADDRINUSE'
          ? `Port ${port} is in use. Stop what listens there, or take another: PORT=${Number(port) + 1} npm start`
          : `Cannot listen on ${host} port ${port}: ${message}`,
      );
    }
  }
}

/** The set-up is a program of its own, which is loaded only where there is something for it to do. */
async function prepareModels(cache: string): Promise<void> {
  if ((await missingModels(cache)).length === 0) return;
  await import(new URL('./setup.mjs', import.meta.url).href);
  if ((await missingModels(cache)).length > 0) process.exit(1); // It has said why.
}

/** Waits until /health says that the models are loaded. */
async function healthy(url: string): Promise<void> {
  const local = url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
  while (!stopping) {
    const response = await fetch(`${local}/health`);
    if (response.ok) return;
    const { status, reason } = (await response.json()) as { status?: string; reason?: string };
    if (status === 'failed') throw new Error(`The models could not be loaded: ${reason}`);
    await sleep(50);
  }
}

/** Lets what runs finish; asked a second time, ends at once. */
async function stop(signal: NodeJS.Signals): Promise<void> {
  if (stopping || !host) process.exit(host ? 1 : 0);
  stopping = true;
  console.log(`${signal}: finishing what runs ...`);
  await host.drain();
  await azurite?.stop();
  process.exit(0);
}

// npm start: serves an app without Azure. Its folder is the argument; without one it is the folder above this program.
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { missingModels } from '../models/prepare/missingModels.ts';
import { readConfig } from '../shared/config.ts';
import { lockFolder } from '../shared/folderLock.ts';
import { type Azurite, startAzurite } from './azurite.ts';
import { greeting } from './greeting.ts';
import { type Host, startHost } from './host.ts';
import { type HttpFront, listen } from './http/httpServer.ts';
import { defaultKeys, isLoopback, loadSettings } from './localSettings.ts';
import { createLog, isLogLevel, type Log } from './log.ts';
import { openQueueSource } from './queues/queueSource.ts';

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
  const { values, positionals } = parseArgs({
    options: { verbose: { type: 'boolean' }, azurite: { type: 'boolean' } },
    allowPositionals: true,
  });
  const folder = resolve(positionals[0] ?? fileURLToPath(new URL('..', import.meta.url)));
  loadSettings(folder, env);
  if (values.azurite) env.AzureWebJobsStorage = 'UseDevelopmentStorage=true';
  env.DATA_DIR = resolve(env.DATA_DIR || '.data');
  const level = values.verbose ? 'debug' : env.LOG_LEVEL || 'information';
  if (!isLogLevel(level))
    throw new Error(`LOG_LEVEL is "${level}"; it may be debug, information, warning or error.`);
  const log = createLog(level);
  const strict = env.VISAGE_STRICT_HOST === 'true' || env.VISAGE_STRICT_HOST === '1';
  const { subscriptions, cache } = readConfig(env);
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
  const http = await takePort(address, env.PORT || '7071', log, strict);

  if (env.AzureWebJobsStorage === 'UseDevelopmentStorage=true') {
    azurite = await startAzurite(resolve(env.DATA_DIR, 'azurite'));
    env.AzureWebJobsStorage = azurite.connection;
    void azurite.lost.then(() => {
      console.error('Azurite, which keeps blobs and queues, has ended; Visage ends too.');
      process.exit(1);
    });
  }
  if (positionals.length === 0) await prepareModels(cache);
  const { AzureWebJobsStorage, DATA_DIR } = env;
  const openQueues = () => openQueueSource(AzureWebJobsStorage, DATA_DIR);
  host = await startHost({ folder, openQueues, http, log, strict });
  await Promise.all([azurite?.ready, healthy(http.url)]);
  if (!stopping) console.log(greeting(http.url, subscriptions, defaultKeys));
}

async function takePort(host: string, port: string, log: Log, strict: boolean): Promise<HttpFront> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Error(`PORT is "${port}"; it takes a number up to 65535.`);
  try {
    return await listen({ host, port: Number(port), log, strict });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(
      code === 'EADDRINUSE'
        ? `Port ${port} is in use. Stop what listens there, or take another: PORT=${Number(port) + 1} npm start`
        : `Cannot listen on ${host} port ${port}: ${message}`,
    );
  }
}

/** Prepares the models that are missing. The set-up is a program of its own, loaded only when it is needed. */
async function prepareModels(cache: string): Promise<void> {
  if ((await missingModels(cache)).length === 0) return;
  await import(new URL('./setup.mjs', import.meta.url).href);
  if ((await missingModels(cache)).length > 0) process.exit(1); // The set-up has printed the reason.
}

/** Waits until /health reports that the models are loaded. */
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

/** Lets requests and jobs under way finish; a second signal ends the process at once. */
async function stop(signal: NodeJS.Signals): Promise<void> {
  if (stopping || !host) process.exit(host ? 1 : 0);
  stopping = true;
  console.log(`${signal}: finishing what runs ...`);
  await host.drain();
  await azurite?.stop();
  process.exit(0);
}

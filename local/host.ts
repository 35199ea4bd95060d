import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MessageQueue, ReceivedMessage } from '../shared/storage/messageQueue.ts';
import { type HttpTrigger, type QueueTrigger, readTrigger, type TimerTrigger } from './bindings.ts';
import { App, provideCore, type RegisteredFunction } from './functionsCore.ts';
import type { InvocationResponse, TypedData } from './functionsCoreTypes.ts';
import { type HostSettings, parseJson, readHostJson } from './hostJson.ts';
import type { CheckRequestHead } from './http/headCheck.ts';
import type { HttpEndpoint, HttpFront } from './http/httpServer.ts';
import { parseRoute } from './http/routeTemplates.ts';
import { type Invocation, invoke } from './invocation.ts';
import type { Log } from './log.ts';
import { listenToQueue } from './queues/queueListener.ts';
import { parseSchedule, startTimer } from './timers.ts';

export interface HostOptions {
  /** The app's folder: host.json, and package.json whose main registers the functions. */
  folder: string;
  /** Opens the queues of triggers; called once the app is known to be sound. */
  openQueues: () => Promise<QueueOf>;
  http: HttpFront;
  log: Log;
  /** Polls queues as Azure does: rarely, and without noticing what this process sends. */
  strict: boolean;
}

/** A queue by its name. */
export type QueueOf = (name: string) => MessageQueue;

export interface Host {
  /** Starts nothing more, resolves when everything that runs is done and the app's appTerminate hooks have run. */
  drain(): Promise<void>;
}

/** Runs a function once; logs and rejects where it fails. */
type Run = (input: Omit<Invocation, 'trigger'>) => Promise<InvocationResponse>;

/**
 * Loads an app written for the Functions v4 model and serves it: HTTP, queue and timer triggers, HTTP responses.
 * Throws an Error that names what it does not support before anything is started.
 */
export async function startHost({ folder, openQueues, http, log, strict }: HostOptions): Promise<Host> {
  const settings = readHostJson(folder, { strict });
  const app = new App();
  provideCore(app, log);
  const checkHead = await load(mainOf(folder));
  app.sealed = true;
  await checkApp(app);

  const endpoints: HttpEndpoint[] = [];
  const background: ((queueOf: QueueOf) => { drain(): Promise<void> })[] = [];
  for (const fn of app.functions) {
    const trigger = readTrigger(fn);
    const run = createRunner(app, fn, trigger.binding, log);
    if (trigger.kind === 'http') {
      endpoints.push(named(fn, () => httpEndpoint(trigger, settings, run)));
    } else if (trigger.kind === 'timer') {
      background.push(named(fn, () => prepareTimer(trigger, run)));
    } else {
      background.push((queueOf) => startListening(trigger, settings, queueOf, run, log, strict));
    }
  }

  const queueOf = await openQueues();
  await app.runHooks('appStart', {
    hookData: {},
    appHookData: app.appHookData,
    functionAppDirectory: folder,
  });
  const started = background.map((start) => start(queueOf));
  http.serve(endpoints, settings.http, checkHead);
  return {
    async drain() {
      await Promise.all([http.drain(), ...started.map((trigger) => trigger.drain())]);
      await app.runHooks('appTerminate', { hookData: {}, appHookData: app.appHookData });
    },
  };
}

function createRunner(app: App, fn: RegisteredFunction, trigger: string, log: Log): Run {
  return async (input) => {
    try {
      return await invoke(app, fn, { trigger, ...input }, log);
    } catch (error) {
      log('error', error instanceof Error ? (error.stack ?? error.message) : String(error), fn.metadata.name);
      throw error;
    }
  };
}

function httpEndpoint({ methods, route }: HttpTrigger, { http }: HostSettings, run: Run): HttpEndpoint {
  const template = [http.routePrefix, route].filter((part) => part !== '').join('/');
  return {
    methods,
    route: parseRoute(template),
    run: async (request, signal) =>
      (await run({ data: { http: request }, signal })).returnValue?.http ?? undefined,
  };
}

function prepareTimer({ schedule }: TimerTrigger, run: Run) {
  const cron = parseSchedule(schedule);
  return () => startTimer(cron, async (data) => void (await run({ data }).catch(() => {})));
}

function startListening(
  { queueName }: QueueTrigger,
  settings: HostSettings,
  queueOf: QueueOf,
  run: Run,
  log: Log,
  strict: boolean,
) {
  return listenToQueue({
    queue: queueOf(queueName),
    poison: queueName.endsWith('-poison') ? undefined : queueOf(`${queueName}-poison`),
    settings: settings.queues,
    watchSends: !strict,
    log,
    run: async (message, data) => void (await run({ data, triggerMetadata: metadataOf(message, data) })),
  });
}

function metadataOf(message: ReceivedMessage, data: TypedData): Record<string, TypedData> {
  const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });
  return {
    QueueTrigger: data,
    Id: json(message.messageId),
    PopReceipt: json(message.popReceipt),
    DequeueCount: json(message.dequeueCount),
    InsertionTime: json(message.insertedOn),
    ExpirationTime: json(message.expiresOn),
    NextVisibleTime: json(message.nextVisibleOn),
  };
}

/** Adds the function's name to what parsing throws. */
function named<T>({ metadata }: RegisteredFunction, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(`Function "${metadata.name}": ${(error as Error).message}.`);
  }
}

/** Runs the program that registers the functions. Resolves to what it exports for this host, where it does. */
async function load(main: string): Promise<CheckRequestHead | undefined> {
  try {
    const { checkRequestHead } = await import(pathToFileURL(main).href);
    return typeof checkRequestHead === 'function' ? checkRequestHead : undefined;
  } catch (error) {
    throw new Error(`${main} did not load: ${error instanceof Error ? error.stack : error}`);
  }
}

async function checkApp(app: App): Promise<void> {
  if (!app.model || app.functions.length === 0) throw new Error('The app registers no function.');
  if (app.hasHook('log')) throw new Error('Log hooks are not supported by the local host.');
  const names = new Set<string>();
  for (const { metadata } of app.functions) {
    const name = metadata.name.toLowerCase();
    if (names.has(name)) throw new Error(`Two functions are named "${metadata.name}".`);
    names.add(name);
  }
  const capabilities = (await app.model.getCapabilities?.({})) ?? {};
  if (capabilities.HttpUri)
    throw new Error('HTTP streaming (enableHttpStream) is not supported by the local host.');
}

function mainOf(folder: string): string {
  const file = join(folder, 'package.json');
  const { main } = parseJson(file) as { main?: unknown };
  if (typeof main !== 'string') throw new Error(`${file} names no "main".`);
  return resolve(folder, main);
}

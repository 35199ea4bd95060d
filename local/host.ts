import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DequeuedMessageItem } from '@azure/storage-queue';
import { type Bindings, readBindings, returnBinding } from './bindings.ts';
import { App, provideCore, type RegisteredFunction } from './core.ts';
import type { InvocationResponse, TypedData } from './core-types.ts';
import { type HostSettings, parseJson, readHostSettings } from './host-settings.ts';
import { parseRoute } from './http/routes.ts';
import type { HttpEndpoint, HttpFront } from './http/server.ts';
import { type Invocation, invoke } from './invocation.ts';
import type { Log } from './log.ts';
import { createQueueClients, type QueueClients } from './queues/clients.ts';
import { listenToQueue } from './queues/listener.ts';
import { sendOutput } from './queues/output.ts';
import { parseSchedule, startTimer } from './timers.ts';

export interface HostOptions {
  /** The app's folder: host.json, and package.json whose main registers the functions. */
  folder: string;
  env: Record<string, string | undefined>;
  http: HttpFront;
  log: Log;
}

export interface Host {
  /** Starts nothing more, resolves when everything that runs is done and the app's appTerminate hooks have run. */
  drain(): Promise<void>;
}

interface Bound extends Bindings {
  fn: RegisteredFunction;
}

/**
 * Loads an app written for the Functions v4 model and serves it: HTTP, queue and timer triggers, HTTP and queue outputs.
 * Throws an Error that names what it does not support, before anything is started.
 */
export async function startHost({ folder, env, http, log }: HostOptions): Promise<Host> {
  const settings = readHostSettings(folder);
  const app = new App();
  provideCore(app, log);
  await load(mainOf(folder));
  app.sealed = true;
  await checkApp(app);
  const bound = app.functions.map((fn): Bound => ({ fn, ...readBindings(fn, env) }));
  const clients = createQueueClients(env);
  const run = createRunner(app, settings, clients, log);
  const endpoints = bound.flatMap((f) => httpEndpoint(f, settings, run));
  const leaseSeconds = env.VISAGE_LEASE_SECONDS ? Number(env.VISAGE_LEASE_SECONDS) : undefined;
  const triggers = bound.flatMap((f) => prepareTrigger(f, settings, clients, run, log, leaseSeconds) ?? []);

  await app.runHooks('appStart', {
    hookData: {},
    appHookData: app.appHookData,
    functionAppDirectory: folder,
  });
  const background = triggers.map((start) => start());
  http.serve(endpoints, settings.http);
  return {
    async drain() {
      await Promise.all([http.drain(), ...background.map((trigger) => trigger.drain())]);
      await app.runHooks('appTerminate', { hookData: {}, appHookData: app.appHookData });
    },
  };
}

type Runner = (bound: Bound, input: Omit<Invocation, 'trigger'>) => Promise<InvocationResponse>;

/** Runs a function and binds its queue outputs before it counts as done; logs and rejects where either failed. */
function createRunner(app: App, settings: HostSettings, clients: QueueClients, log: Log): Runner {
  return async ({ fn, trigger, queueOutputs }, input) => {
    try {
      const response = await invoke(app, fn, { trigger: trigger.binding, ...input }, log);
      for (const { binding, connection, queueName } of queueOutputs) {
        const data =
          binding === returnBinding
            ? response.returnValue
            : response.outputData?.find((output) => output.name === binding)?.data;
        if (data) await sendOutput(clients(connection, queueName), data, settings.queues.messageEncoding);
      }
      return response;
    } catch (error) {
      log('error', error instanceof Error ? (error.stack ?? error.message) : String(error), fn.metadata.name);
      throw error;
    }
  };
}

function httpEndpoint(bound: Bound, settings: HostSettings, run: Runner): HttpEndpoint[] {
  const { trigger, fn } = bound;
  if (trigger.kind !== 'http') return [];
  const template = [settings.http.routePrefix, trigger.route].filter((part) => part !== '').join('/');
  const route = named(fn, () => parseRoute(template));
  return [
    {
      methods: trigger.methods,
      route,
      run: async (request) => (await run(bound, { data: { http: request } })).returnValue?.http ?? undefined,
    },
  ];
}

/** Checks what a trigger needs and answers what starts it, so that nothing starts where something is missing. */
function prepareTrigger(
  bound: Bound,
  { queues }: HostSettings,
  clients: QueueClients,
  run: Runner,
  log: Log,
  leaseSeconds?: number,
) {
  const { trigger, queueOutputs } = bound;
  for (const { connection, queueName } of queueOutputs) clients(connection, queueName);
  if (trigger.kind === 'timer') {
    const cron = named(bound.fn, () => parseSchedule(trigger.schedule));
    return () =>
      startTimer(
        cron,
        trigger.runOnStartup,
        async (data) => void (await run(bound, { data }).catch(() => {})),
      );
  }
  if (trigger.kind === 'http') return undefined;
  const { connection, queueName } = trigger;
  const queue = clients(connection, queueName);
  const poison = queueName.endsWith('-poison') ? undefined : clients(connection, `${queueName}-poison`);
  return () =>
    listenToQueue({
      queue,
      poison,
      settings: queues,
      log,
      ...(leaseSeconds && { leaseSeconds }),
      run: async (message, data) =>
        void (await run(bound, { data, triggerMetadata: metadataOf(message, data) })),
    });
}

function metadataOf(message: DequeuedMessageItem, data: TypedData): Record<string, TypedData> {
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

/** An error of parsing, with the name of the function that it is about. */
function named<T>({ metadata }: RegisteredFunction, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(`Function "${metadata.name}": ${(error as Error).message}.`);
  }
}

async function load(main: string): Promise<void> {
  try {
    await import(pathToFileURL(main).href);
  } catch (error) {
    throw new Error(`${main} did not load: ${error instanceof Error ? error.stack : error}`);
  }
}

async function checkApp(app: App): Promise<void> {
  if (!app.model || app.functions.length === 0) throw new Error('The app registers no function.');
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

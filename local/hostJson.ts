import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** `hh:mm:ss`, `d.hh:mm:ss`, or milliseconds, in milliseconds. */
const duration = z.union([
  z.int().min(0),
  z
    .string()
    .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d+)?$/, 'is not a time such as 00:00:30')
    .transform((text) => {
      const [days, clock] = /^\d+\.\d+:/.test(text)
        ? [Number(text.slice(0, text.indexOf('.'))), text.slice(text.indexOf('.') + 1)]
        : [0, text];
      const [hours, minutes, seconds] = clock.split(':').map(Number) as [number, number, number];
      return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
    }),
]);

const http = z.object({
  routePrefix: z.string().default('api'),
  /** -1: no limit. */
  maxConcurrentRequests: z.int().default(-1),
  maxOutstandingRequests: z.int().default(-1),
  customHeaders: z.record(z.string(), z.string()).default({}),
});

const queues = z.object({
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  /** How long a message stays hidden after its function has failed or its process has died. */
  visibilityTimeout: duration.default(0),
  /** The longest pause between two looks at an idle queue. */
  maxPollingInterval: duration.optional(),
  messageEncoding: z.enum(['base64', 'none']).default('base64'),
});

const hostJson = z.object({
  version: z.literal('2.0'),
  extensions: z.object({ http: http.prefault({}), queues: queues.prefault({}) }).prefault({}),
});

export type HttpSettings = z.infer<typeof http>;
type Optional = 'newBatchThreshold' | 'maxPollingInterval';
export type QueueSettings = Omit<z.infer<typeof queues>, Optional> & Record<Optional, number>;
export interface HostSettings {
  http: HttpSettings;
  queues: QueueSettings;
}

/**
 * Reads host.json of an app's folder. strict: idle queues are polled as rarely as on Azure, once a minute, unless
 * host.json says otherwise. Throws an Error that says what is wrong in it.
 */
export function readHostJson(folder: string, { strict = false } = {}): HostSettings {
  const file = join(folder, 'host.json');
  if (!existsSync(file)) throw new Error(`There is no host.json in ${folder}.`);
  const parsed = hostJson.safeParse(parseJson(file));
  if (!parsed.success) throw new Error(`host.json is wrong:\n${z.prettifyError(parsed.error)}`);
  const { http, queues } = parsed.data.extensions;
  return {
    http,
    queues: {
      ...queues,
      newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2),
      maxPollingInterval: queues.maxPollingInterval ?? (strict ? 60_000 : 2_000),
    },
  };
}

/** Throws an Error that names the file where it is not JSON. */
export function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
}

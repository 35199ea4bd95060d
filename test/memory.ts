import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Blobs } from '../shared/storage/blobs.ts';
import type { Queues } from '../shared/storage/queues.ts';

/** Blobs in `kept` and messages in `messages`, for tests that look at them. */
export function inMemory(now: () => number) {
  const kept = new Map<string, Buffer>();
  const messages: { queue: string; message: unknown; dueAt: number }[] = [];
  const blobs: Blobs = {
    put: async (name, content) => {
      kept.set(name, content instanceof Readable ? await buffer(content) : Buffer.from(content));
    },
    get: async (name) => kept.get(name),
    stream: async (name) => {
      const content = kept.get(name);
      return content && Readable.from([content]);
    },
    list: async function* (prefix) {
      yield* [...kept.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
    delete: async (name) => {
      kept.delete(name);
    },
  };
  const queues: Queues = {
    send: async (queue, message, options) => {
      messages.push({ queue, message, dueAt: now() + (options?.delaySeconds ?? 0) * 1000 });
    },
  };
  return { kept, messages, blobs, queues };
}

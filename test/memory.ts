import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { MessageSender, QueueName } from '../shared/messages.ts';
import type { Blobs } from '../shared/storage/blobs.ts';

/** Blobs, with their contents by name, and queues, with the messages sent. */
export function inMemory(now: () => number) {
  const blobContents = new Map<string, Buffer>();
  const messages: { queue: QueueName; message: unknown; dueAt: number }[] = [];
  const blobs: Blobs = {
    put: async (name, content) => {
      blobContents.set(name, content instanceof Readable ? await buffer(content) : Buffer.from(content));
    },
    get: async (name) => blobContents.get(name),
    stream: async (name) => {
      const content = blobContents.get(name);
      return content && Readable.from([content]);
    },
    list: async function* (prefix) {
      yield* [...blobContents.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
    delete: async (name) => {
      blobContents.delete(name);
    },
  };
  const queues: MessageSender = {
    send: async (queue, message, options) => {
      messages.push({ queue, message, dueAt: now() + (options?.delaySeconds ?? 0) * 1000 });
    },
  };
  return { blobContents, messages, blobs, queues };
}

import { type QueueClient, RestError } from '@azure/storage-queue';
import type { TypedData } from '../core-types.ts';
import { encodeMessage, type MessageEncoding } from './encoding.ts';

/** Puts what a function gave a queue output into the queue: one message, or one for each item of an array. */
export async function sendOutput(
  queue: QueueClient,
  data: TypedData,
  encoding: MessageEncoding,
): Promise<void> {
  for (const content of contents(data)) {
    const text = encodeMessage(content, encoding);
    try {
      await queue.sendMessage(text);
    } catch (error) {
      if (!(error instanceof RestError && error.statusCode === 404)) throw error;
      await queue.createIfNotExists();
      await queue.sendMessage(text);
    }
  }
}

function contents(data: TypedData): (string | Uint8Array)[] {
  if (typeof data.string === 'string') return [data.string];
  if (data.bytes) return [data.bytes];
  if (typeof data.json === 'string') {
    const value: unknown = JSON.parse(data.json);
    if (!Array.isArray(value)) return [data.json];
    return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
  }
  return [String(data.int ?? data.double)];
}

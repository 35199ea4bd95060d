import { QueueServiceClient, RestError } from '@azure/storage-queue';
import { retryOptions } from './retryOptions.ts';

/** Sends messages to queue-triggered functions: JSON, encoded as base64 as the Functions host expects it. */
export interface Queues {
  /** delaySeconds: whole seconds up to 7 days. Throws RangeError on more, and on a message over 48 KB of JSON. */
  send(queue: string, message: unknown, options?: { delaySeconds?: number }): Promise<void>;
}

/** In base64 they are 64 KB, the limit of Azure Storage. */
const maxMessageBytes = 48 * 1024;
const maxDelaySeconds = 7 * 24 * 3600;

/**
 * Queues of an Azure Storage account or of Azurite. A queue that is missing is created when its first message is sent.
 * Throws Error where the connection string is malformed.
 */
export function openQueues(connectionString: string): Queues {
  const service = QueueServiceClient.fromConnectionString(connectionString, { retryOptions });
  return {
    async send(queue, message, { delaySeconds = 0 } = {}) {
      const text = encodeMessage(message);
      checkDelay(delaySeconds);
      const client = service.getQueueClient(queue);
      // -1: a message never expires.
      const options = { visibilityTimeout: delaySeconds, messageTimeToLive: -1 };
      try {
        await client.sendMessage(text, options);
      } catch (error) {
        if (!(error instanceof RestError && error.statusCode === 404)) throw error;
        await client.createIfNotExists();
        await client.sendMessage(text, options);
      }
    },
  };
}

/** JSON in base64. Throws RangeError over 48 KB of JSON. */
export function encodeMessage(message: unknown): string {
  const json = Buffer.from(JSON.stringify(message));
  if (json.length > maxMessageBytes)
    throw new RangeError(`a message of ${json.length} bytes; at most ${maxMessageBytes}`);
  return json.toString('base64');
}

/** Throws RangeError. */
export function checkDelay(seconds: number): void {
  if (!(Number.isInteger(seconds) && seconds >= 0 && seconds <= maxDelaySeconds))
    throw new RangeError(`a delay of ${seconds}; must be whole seconds up to ${maxDelaySeconds}`);
}

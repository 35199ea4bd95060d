import { type DequeuedMessageItem, type QueueClient, RestError } from '@azure/storage-queue';
import type { TypedData } from '../core-types.ts';
import type { QueueSettings } from '../host-settings.ts';
import type { Log } from '../log.ts';
import { decodeMessage } from './encoding.ts';

/** Runs the function; rejects where it failed. */
export type MessageRun = (message: DequeuedMessageItem, content: TypedData) => Promise<void>;

export interface MessageContext {
  queue: QueueClient;
  poison: QueueClient | undefined;
  settings: QueueSettings;
  run: MessageRun;
  log: Log;
  leaseSeconds: number;
}

/**
 * Sees one message through: run under a lease, then deleted; where it fails, seen again after visibilityTimeout, and
 * at the maxDequeueCount-th time moved to the poison queue. Never rejects: what storage refuses, the lease's end mends.
 */
export async function workOn(message: DequeuedMessageItem, context: MessageContext): Promise<void> {
  const { settings, run, log, queue } = context;
  const lease = holdLease(message, context);
  try {
    const content = decodeMessage(message.messageText, settings.messageEncoding);
    if (!content) return await bury(lease, context, `it is not ${settings.messageEncoding} encoded`);
    // Its last try took the process down with it.
    if (message.dequeueCount > settings.maxDequeueCount && context.poison)
      return await bury(lease, context, `it was taken ${message.dequeueCount} times`);
    const failed = await run(message, content).then(
      () => false,
      () => true,
    );
    if (!failed) await lease.end(() => queue.deleteMessage(message.messageId, lease.popReceipt()));
    else if (message.dequeueCount >= settings.maxDequeueCount && context.poison)
      await bury(lease, context, `it failed ${message.dequeueCount} times`);
    else await lease.end(() => lease.hide(Math.ceil(settings.visibilityTimeout / 1_000)));
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return;
    log(
      'warning',
      `Message ${message.messageId} of ${queue.name} will be seen again: ${(error as Error).message}`,
    );
  } finally {
    await lease.end();
  }
}

async function bury(lease: Lease, { poison, queue, log }: MessageContext, reason: string): Promise<void> {
  const { messageId, messageText } = lease.message;
  await lease.end(async () => {
    if (poison) {
      await poison.createIfNotExists();
      await poison.sendMessage(messageText);
    }
    await queue.deleteMessage(messageId, lease.popReceipt());
  });
  log('warning', `Message ${messageId} of ${queue.name} went to ${poison?.name ?? 'nowhere'}: ${reason}.`);
}

interface Lease {
  message: DequeuedMessageItem;
  popReceipt(): string;
  hide(seconds: number): Promise<void>;
  /** Renews no more; a renewal under way is awaited first, as it changes the pop receipt. */
  end(last?: () => Promise<unknown>): Promise<void>;
}

/** Keeps a message hidden from other readers for as long as it takes. */
function holdLease(message: DequeuedMessageItem, { queue, leaseSeconds, log }: MessageContext): Lease {
  let popReceipt = message.popReceipt;
  let renewal = Promise.resolve();
  const hide = async (seconds: number) => {
    const answer = await queue.updateMessage(message.messageId, popReceipt, undefined, seconds);
    popReceipt = answer.popReceipt ?? popReceipt;
  };
  const timer = setInterval(() => {
    renewal = renewal
      .then(() => hide(leaseSeconds))
      .catch((error: Error) => log('warning', `Message ${message.messageId} was not kept: ${error.message}`));
  }, leaseSeconds * 500);
  return {
    message,
    popReceipt: () => popReceipt,
    hide,
    async end(last) {
      clearInterval(timer);
      await renewal;
      await last?.();
    },
  };
}

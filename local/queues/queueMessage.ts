import type { MessageQueue, ReceivedMessage } from '../../shared/storage/messageQueue.ts';
import type { TypedData } from '../functionsCoreTypes.ts';
import type { QueueSettings } from '../hostJson.ts';
import type { Log } from '../log.ts';
import { decodeMessage } from './messageEncoding.ts';

/** Runs the function; rejects where it failed. */
export type MessageRun = (message: ReceivedMessage, content: TypedData) => Promise<void>;

export interface MessageContext {
  queue: MessageQueue;
  poison: MessageQueue | undefined;
  settings: QueueSettings;
  run: MessageRun;
  log: Log;
}

/** Whether storage answered that there is no such queue or message. */
export const isMissing = (error: unknown) => (error as { statusCode?: number }).statusCode === 404;

/**
 * How long a message is hidden when it is taken, renewed twice in that time while its function runs: a message whose
 * process died is seen again as soon as one whose function failed. At least the second that queues count in.
 */
export function leaseSeconds({ visibilityTimeout }: QueueSettings): number {
  return Math.max(1, Math.ceil(visibilityTimeout / 1_000));
}

/**
 * Runs the function for a message under a lease, then deletes the message. After a failure it is seen again after
 * visibilityTimeout; after maxDequeueCount of them it moves to the poison queue. Never rejects: where storage fails,
 * the message is seen again when its lease ends.
 */
export async function processMessage(message: ReceivedMessage, context: MessageContext): Promise<void> {
  const { settings, run, log, queue } = context;
  const lease = holdLease(message, context);
  try {
    const content = decodeMessage(message.messageText, settings.messageEncoding);
    if (!content) return await moveToPoison(lease, context, `it is not ${settings.messageEncoding} encoded`);
    // The process died during its last try.
    if (message.dequeueCount > settings.maxDequeueCount && context.poison)
      return await moveToPoison(lease, context, `it was taken ${message.dequeueCount} times`);
    const failed = await run(message, content).then(
      () => false,
      () => true,
    );
    if (!failed) await lease.end(() => queue.deleteMessage(message.messageId, lease.popReceipt()));
    else if (message.dequeueCount >= settings.maxDequeueCount && context.poison)
      await moveToPoison(lease, context, `it failed ${message.dequeueCount} times`);
    else await lease.end(() => lease.hide(Math.ceil(settings.visibilityTimeout / 1_000)));
  } catch (error) {
    if (isMissing(error)) return;
    log(
      'warning',
      `Message ${message.messageId} of ${queue.name} will be seen again: ${(error as Error).message}`,
    );
  } finally {
    await lease.end();
  }
}

async function moveToPoison(
  lease: Lease,
  { poison, queue, log }: MessageContext,
  reason: string,
): Promise<void> {
  const { messageId, messageText } = lease.message;
  await lease.end(async () => {
    if (poison) {
      await poison.createIfNotExists();
      await poison.sendMessage(messageText);
    }
    await queue.deleteMessage(messageId, lease.popReceipt());
  });
  const outcome = poison ? `went to ${poison.name}` : 'was deleted';
  log('warning', `Message ${messageId} of ${queue.name} ${outcome}: ${reason}.`);
}

interface Lease {
  message: ReceivedMessage;
  popReceipt(): string;
  hide(seconds: number): Promise<void>;
  /** Stops renewing. A renewal under way is awaited before `last`, because it changes the pop receipt. */
  end(last?: () => Promise<unknown>): Promise<void>;
}

/** Keeps a message hidden from other readers until the lease ends. */
function holdLease(message: ReceivedMessage, { queue, settings, log }: MessageContext): Lease {
  const seconds = leaseSeconds(settings);
  let popReceipt = message.popReceipt;
  let renewal = Promise.resolve();
  const hide = async (seconds: number) => {
    const answer = await queue.updateMessage(message.messageId, popReceipt, undefined, seconds);
    popReceipt = answer.popReceipt ?? popReceipt;
  };
  const timer = setInterval(() => {
    renewal = renewal
      .then(() => hide(seconds))
      .catch((error: Error) =>
        log('warning', `The lease on message ${message.messageId} was not renewed: ${error.message}`),
      );
  }, seconds * 500);
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

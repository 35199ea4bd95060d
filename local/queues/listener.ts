import { type DequeuedMessageItem, type QueueClient, RestError } from '@azure/storage-queue';
import type { QueueSettings } from '../host-settings.ts';
import type { Log } from '../log.ts';
import { type MessageRun, workOn } from './message.ts';
import { onSend } from './sends.ts';

export interface QueueListener {
  /** Takes no more messages and resolves when those taken are done. */
  drain(): Promise<void>;
}

export interface QueueListenerOptions {
  queue: QueueClient;
  /** Undefined for a queue that is a poison queue itself: what fails there stays. */
  poison: QueueClient | undefined;
  settings: QueueSettings;
  run: MessageRun;
  log: Log;
  /** How long a message taken is hidden, in seconds; renewed twice in that time while it runs. */
  leaseSeconds?: number;
}

const shortestPause = 100;

/**
 * Runs a function for the messages of a queue, up to batchSize + newBatchThreshold at a time.
 * Creates the queue where it is missing: on a laptop there is nobody else to.
 */
export function listenToQueue(options: QueueListenerOptions): QueueListener {
  const { queue, settings, log, leaseSeconds = 30 } = options;
  const running = new Set<Promise<void>>();
  const alarm = createAlarm();
  const stopWatching = onSend(queue.name, alarm.ring);
  let stopped = false;
  let reachable = true;

  const receive = async (): Promise<DequeuedMessageItem[]> => {
    try {
      const request = { numberOfMessages: settings.batchSize, visibilityTimeout: leaseSeconds };
      const { receivedMessageItems } = await queue.receiveMessages(request);
      if (!reachable) log('information', `Queue ${queue.name} can be read again.`);
      reachable = true;
      return receivedMessageItems;
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404) {
        await queue.createIfNotExists().catch(() => {});
      } else if (reachable && !stopped) {
        reachable = false;
        log('warning', `Queue ${queue.name} cannot be read: ${(error as Error).message}`);
      }
      return [];
    }
  };

  const poll = async () => {
    let pause = shortestPause;
    while (!stopped) {
      if (running.size > settings.newBatchThreshold) {
        await Promise.race(running);
        continue;
      }
      alarm.reset();
      const messages = await receive();
      for (const message of messages) {
        const work = workOn(message, { ...options, leaseSeconds }).finally(() => running.delete(work));
        running.add(work);
      }
      if (messages.length > 0) pause = shortestPause;
      else if (await alarm.wait(pause)) pause = shortestPause;
      else pause = Math.min(pause * 2, Math.max(settings.maxPollingInterval, shortestPause));
    }
  };
  const polling = poll();

  return {
    async drain() {
      stopped = true;
      stopWatching();
      alarm.ring();
      await polling;
      await Promise.all(running);
    },
  };
}

/** A pause that can be cut short, even by a ring from just before it. */
function createAlarm() {
  let rung = false;
  let wake = () => {};
  return {
    ring: () => {
      rung = true;
      wake();
    },
    reset: () => {
      rung = false;
    },
    /** Whether it rang. */
    wait: (ms: number) =>
      new Promise<boolean>((resolve) => {
        if (rung) return resolve(true);
        const timer = setTimeout(resolve, ms, false);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      }),
  };
}

import type { MessageQueue, ReceivedMessage } from '../../shared/storage/messageQueue.ts';
import type { QueueSettings } from '../hostJson.ts';
import type { Log } from '../log.ts';
import { isMissing, leaseSeconds, type MessageRun, processMessage } from './queueMessage.ts';
import { onSend } from './sendWatch.ts';

export interface QueueListener {
  /** Takes no more messages and resolves when those taken are done. */
  drain(): Promise<void>;
}

export interface QueueListenerOptions {
  queue: MessageQueue;
  /** Undefined for a queue that is a poison queue itself: its failed messages stay there. */
  poison: MessageQueue | undefined;
  settings: QueueSettings;
  run: MessageRun;
  log: Log;
  /** Whether a message that this process sends is taken at once. */
  watchSends?: boolean;
}

const minPollingInterval = 100;

/**
 * Runs a function for the messages of a queue, up to batchSize + newBatchThreshold at a time. Polls with exponential
 * back-off. A queue that does not exist counts as empty: whoever sends the first message creates it.
 */
export function listenToQueue(options: QueueListenerOptions): QueueListener {
  const { queue, settings, log, watchSends = true } = options;
  const running = new Set<Promise<void>>();
  const alarm = createAlarm();
  const stopWatching = watchSends ? onSend(queue.name, alarm.ring) : () => {};
  let stopped = false;
  let reachable = true;

  const receive = async (): Promise<ReceivedMessage[]> => {
    try {
      const { receivedMessageItems } = await queue.receiveMessages({
        numberOfMessages: settings.batchSize,
        visibilityTimeout: leaseSeconds(settings),
      });
      if (!reachable) log('information', `Queue ${queue.name} can be read again.`);
      reachable = true;
      return receivedMessageItems;
    } catch (error) {
      const missing = isMissing(error);
      if (reachable && !missing && !stopped) {
        reachable = false;
        log('warning', `Queue ${queue.name} cannot be read: ${(error as Error).message}`);
      }
      return [];
    }
  };

  const poll = async () => {
    let pause = minPollingInterval;
    while (!stopped) {
      if (running.size > settings.newBatchThreshold) {
        await Promise.race(running);
        continue;
      }
      alarm.reset();
      const messages = await receive();
      for (const message of messages) {
        const work = processMessage(message, options).finally(() => running.delete(work));
        running.add(work);
      }
      if (messages.length > 0) pause = minPollingInterval;
      else if (await alarm.wait(pause)) pause = minPollingInterval;
      else pause = Math.min(pause * 2, Math.max(settings.maxPollingInterval, minPollingInterval));
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

/** A pause that can be cut short, also by a ring since the last reset. */
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
    /** Resolves to whether it rang before `ms` were over. */
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

import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { embeddedSends, MessageNotFound, type MessageQueue, type ReceivedMessage } from './messageQueue.ts';
import { checkDelay, encodeMessage, type Queues } from './queues.ts';

/** Keys order messages by the time at which they can be seen. */
type MessageKey = [queue: string, visibleAt: number, messageId: string];
interface MessageRecord {
  text: string;
  insertedAt: number;
  dequeueCount: number;
  popReceipt: string;
  /** A reader works on it; false while it only waits. */
  received: boolean;
}

const never = new Date(Date.UTC(9999, 11, 31));

/**
 * Queues of one machine, in LMDB under `folder`: a message that was sent survives a power loss. What a reader received
 * and neither deleted nor hid again is seen again after its visibility timeout, or as soon as the next process calls
 * `releaseAll`.
 */
export class EmbeddedQueues implements Queues {
  readonly #root: RootDatabase;
  readonly #messages: Database<MessageRecord, MessageKey>;
  /** When a message can be seen, by [queue, messageId]. */
  readonly #visibleAt: Database<number, [queue: string, messageId: string]>;
  readonly #now: () => number;

  constructor(folder: string, now: () => number = Date.now) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A commit is on the disk before it is acknowledged, each in a transaction of its own.
    this.#root = open(join(folder, 'queues.mdb'), { overlappingSync: false, eventTurnBatching: false });
    this.#messages = this.#root.openDB({ name: 'messages' });
    this.#visibleAt = this.#root.openDB({ name: 'visibleAt' });
    this.#now = now;
  }

  async send(queue: string, message: unknown, { delaySeconds = 0 } = {}): Promise<void> {
    const text = encodeMessage(message);
    checkDelay(delaySeconds);
    await this.queue(queue).sendMessage(text, { visibilityTimeout: delaySeconds });
  }

  /** One queue for a reader. It need not be made. */
  queue(name: string): MessageQueue {
    return {
      name,
      createIfNotExists: async () => {},
      sendMessage: async (text, { visibilityTimeout = 0 } = {}) => {
        const now = this.#now();
        const record = { text, insertedAt: now, dequeueCount: 0, popReceipt: '', received: false };
        await this.#root.transaction(() =>
          this.#put([name, now + visibilityTimeout * 1000, randomUUID()], record),
        );
        embeddedSends.publish({ queue: name });
      },
      receiveMessages: async ({ numberOfMessages, visibilityTimeout }) => {
        const now = this.#now();
        const due = { start: [name, 0, ''] as MessageKey, end: [name, now + 1, ''] as MessageKey };
        // A look is cheap; a transaction waits for the disk.
        if ([...this.#messages.getKeys({ ...due, limit: 1 })].length === 0)
          return { receivedMessageItems: [] };
        const receivedMessageItems = await this.#root.transaction(() =>
          [...this.#messages.getRange({ ...due, limit: numberOfMessages })].map(({ key, value }) =>
            this.#hide(key, { ...value, dequeueCount: value.dequeueCount + 1 }, now, visibilityTimeout),
          ),
        );
        return { receivedMessageItems };
      },
      updateMessage: (messageId, popReceipt, _, visibilityTimeout) =>
        this.#root.transaction(() => {
          const { key, record } = this.#held(name, messageId, popReceipt);
          return this.#hide(key, record, this.#now(), visibilityTimeout);
        }),
      deleteMessage: (messageId, popReceipt) =>
        this.#root.transaction(() => this.#remove(this.#held(name, messageId, popReceipt).key)),
    };
  }

  /** Lets every message be seen that an earlier process had received and not finished. */
  async releaseAll(): Promise<void> {
    const now = this.#now();
    await this.#root.transaction(() => {
      for (const { key, value } of [...this.#messages.getRange({})]) {
        if (value.received && key[1] > now)
          this.#replace(key, [key[0], now, key[2]], { ...value, received: false });
      }
    });
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  #held(queue: string, messageId: string, popReceipt: string): { key: MessageKey; record: MessageRecord } {
    const visibleAt = this.#visibleAt.get([queue, messageId]);
    const key: MessageKey = [queue, visibleAt ?? 0, messageId];
    const record = visibleAt === undefined ? undefined : this.#messages.get(key);
    if (!record || record.popReceipt !== popReceipt)
      throw new MessageNotFound(`Message ${messageId} of ${queue} is not the caller's any more.`);
    return { key, record };
  }

  #hide(key: MessageKey, record: MessageRecord, now: number, seconds: number): ReceivedMessage {
    const [queue, , messageId] = key;
    const visibleAt = now + seconds * 1000;
    const held = { ...record, popReceipt: randomUUID(), received: true };
    this.#replace(key, [queue, visibleAt, messageId], held);
    return {
      messageId,
      messageText: held.text,
      popReceipt: held.popReceipt,
      dequeueCount: held.dequeueCount,
      insertedOn: new Date(held.insertedAt),
      expiresOn: never,
      nextVisibleOn: new Date(visibleAt),
    };
  }

  #replace(before: MessageKey, after: MessageKey, record: MessageRecord): void {
    this.#remove(before);
    this.#put(after, record);
  }

  #put(key: MessageKey, record: MessageRecord): void {
    this.#messages.put(key, record);
    this.#visibleAt.put([key[0], key[2]], key[1]);
  }

  #remove(key: MessageKey): void {
    this.#messages.remove(key);
    this.#visibleAt.remove([key[0], key[2]]);
  }
}

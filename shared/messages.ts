import { z } from 'zod';

/** The queues of background work, each with the schema of its messages. */
export const messages = {
  /** Train this version of a collection. `uid` tells it from a later one of the same id. */
  'visage-training': z.object({
    subscription: z.string(),
    kind: z.string(),
    id: z.string(),
    uid: z.string(),
    job: z.string(),
  }),
  /** Execute this take or apply. */
  'visage-operations': z.object({ subscription: z.string(), operation: z.string() }),
  /** Remove the members of a deleted collection. */
  'visage-purge': z.object({ subscription: z.string(), kind: z.string(), uid: z.string() }),
  /** Remove the blobs of a snapshot that is gone. folder: its own, or that of its take. */
  'visage-snapshot-removal': z.object({ folder: z.string() }),
} as const;

export type QueueName = keyof typeof messages;
export type Message<Queue extends QueueName> = z.infer<(typeof messages)[Queue]>;

/** Sends messages of background work; storage/queues.ts carries them. delaySeconds: whole seconds up to 7 days. */
export interface MessageSender {
  send<Queue extends QueueName>(
    queue: Queue,
    message: Message<Queue>,
    options?: { delaySeconds?: number },
  ): Promise<void>;
}

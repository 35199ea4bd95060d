import { z } from 'zod';
import { collectionKinds } from './tiers.ts';

/** The queues of background work, each with the schema of its messages. */
export const messages = {
  /** Train a collection. `uid` tells it from an earlier or later one of the same id. */
  'visage-training': z.object({
    subscription: z.string(),
    kind: z.enum(collectionKinds),
    id: z.string(),
    uid: z.string(),
    job: z.string(),
  }),
  /** Execute a take or an apply. */
  'visage-operations': z.object({ subscription: z.string(), operation: z.string() }),
  /** Remove the members of a deleted collection. */
  'visage-purge': z.object({ subscription: z.string(), kind: z.enum(collectionKinds), uid: z.string() }),
  /** Remove the blobs of a deleted or expired snapshot. folder: that of the snapshot, or of its whole take. */
  'visage-snapshot-removal': z.object({ folder: z.string() }),
} as const;

export type QueueName = keyof typeof messages;
export type Message<Queue extends QueueName> = z.infer<(typeof messages)[Queue]>;

/** Sends messages of background work. delaySeconds: whole seconds up to 7 days. */
export interface MessageSender {
  send<Queue extends QueueName>(
    queue: Queue,
    message: Message<Queue>,
    options?: { delaySeconds?: number },
  ): Promise<void>;
}

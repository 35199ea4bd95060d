import type { Subscription } from '../config.ts';
import type { MessageSender } from '../messages.ts';
import type { Blobs } from '../storage/blobs.ts';
import type { Store } from '../storage/store.ts';
import type { Vision } from '../vision/vision.ts';
import type { Kind } from './kinds.ts';
import type { CollectionRecord } from './records.ts';

/** What reading and changing collections needs. */
export interface CollectionDeps {
  store: Store;
  blobs: Blobs;
  queues: MessageSender;
  /** Milliseconds since 1970. */
  now: () => number;
  /** How long background work stays with an instance that has stopped responding, in seconds. Default: 30. */
  leaseSeconds?: number;
}

/** What adding a face needs. */
export interface EnrollmentDeps extends CollectionDeps {
  vision: Vision;
}

/** What background work needs. */
export interface JobDeps extends CollectionDeps {
  /** All that the settings name. */
  subscriptions: readonly Subscription[];
}

/** A collection that exists. */
export interface Collection {
  owner: Subscription;
  kind: Kind;
  id: string;
  partition: string;
  record: CollectionRecord;
}

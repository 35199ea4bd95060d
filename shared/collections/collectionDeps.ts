import type { Subscription } from '../config.ts';
import type { MessageSender } from '../messages.ts';
import type { Blobs } from '../storage/blobs.ts';
import type { Store } from '../storage/store.ts';
import type { Vision } from '../vision/vision.ts';
import type { Kind } from './kinds.ts';
import type { CollectionRecord } from './records.ts';

/** What the verbs of collections stand on. */
export interface CollectionDeps {
  store: Store;
  blobs: Blobs;
  queues: MessageSender;
  now: () => number;
  /** How long background work that fell silent is left to its holder; 30 where it is not said. */
  leaseSeconds?: number;
}

/** What adding a face stands on. */
export interface EnrollmentDeps extends CollectionDeps {
  vision: Vision;
}

/** A collection that exists, seen by its owner. */
export interface Collection {
  owner: Subscription;
  kind: Kind;
  id: string;
  partition: string;
  record: CollectionRecord;
}

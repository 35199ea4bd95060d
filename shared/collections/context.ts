import type { Subscription } from '../config.ts';
import type { Blobs } from '../storage/blobs.ts';
import type { Queues } from '../storage/queues.ts';
import type { Store } from '../storage/store.ts';
import type { Vision } from '../vision/vision.ts';
import type { CollectionRecord } from './documents.ts';
import type { Kind } from './kinds.ts';

/** What the verbs of collections stand on. */
export interface Context {
  store: Store;
  blobs: Blobs;
  queues: Queues;
  now: () => number;
  /** How long background work that fell silent is left to its holder; 30 where it is not said. */
  leaseSeconds?: number;
}

/** What adding a face stands on. */
export interface EnrolContext extends Context {
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

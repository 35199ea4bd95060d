/** What the pricing tiers of the cloud allow. A new tier compiles once every table of this file names it. */
export const tiers = ['F0', 'S0'] as const;
export type Tier = (typeof tiers)[number];

/** The kinds of collections, as partition keys, blob names and queue messages name them. */
export const collectionKinds = ['facelist', 'largefacelist', 'persongroup', 'largepersongroup'] as const;
export type CollectionKindName = (typeof collectionKinds)[number];

export interface CollectionQuotas {
  /** Collections of the kind in a subscription. */
  collections: Record<Tier, number>;
  /** Faces in a list, persons in a group. */
  members: Record<Tier, number>;
}

export const collectionQuotas: Record<CollectionKindName, CollectionQuotas> = {
  facelist: {
    collections: { F0: 64, S0: 64 },
    members: { F0: 1_000, S0: 1_000 },
  },
  largefacelist: {
    collections: { F0: 64, S0: 1_000_000 },
    members: { F0: 1_000, S0: 1_000_000 },
  },
  persongroup: {
    collections: { F0: 1_000, S0: 1_000_000 },
    members: { F0: 1_000, S0: 10_000 },
  },
  largepersongroup: {
    collections: { F0: 1_000, S0: 1_000_000 },
    members: { F0: 1_000_000, S0: 1_000_000 },
  },
};

/** Snapshots that may be taken in a calendar period by UTC, and as many that may be applied. */
export const snapshotQuotas: Record<Tier, { count: number; period: 'day' | 'month' }> = {
  F0: { count: 100, period: 'month' },
  S0: { count: 100, period: 'day' },
};

/** As many calls in any window of so many seconds. */
export interface RateLimit {
  calls: number;
  seconds: number;
}

export const defaultRateLimits: Record<Tier, RateLimit> = {
  F0: { calls: 20, seconds: 60 },
  S0: { calls: 10, seconds: 1 },
};

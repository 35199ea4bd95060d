import type { Collection } from '../collections/collectionDeps.ts';
import { type FaceRecord, faceKey } from '../collections/records.ts';
import type { Member } from '../matching/shard.ts';
import { pages } from '../storage/pages.ts';
import type { Store } from '../storage/store.ts';

/** All faces of a list in id order, or of a group's persons in the order of personId, page by page. */
export async function* members(store: Store, { partition, kind }: Collection): AsyncGenerator<Member> {
  for await (const { id, value } of pages<FaceRecord>(store, partition, faceKey(''))) {
    const [faceId = '', personId] = id.slice(faceKey('').length).split(':').reverse();
    const { embedding } = value;
    yield kind.persons ? { faceId, personId: personId!, embedding } : { faceId, embedding };
  }
}

import type { Collection } from '../collections/collectionDeps.ts';
import { type FaceRecord, facePrefix } from '../collections/records.ts';
import type { Member } from '../matching/shard.ts';
import { pages } from '../storage/pages.ts';
import type { Store } from '../storage/store.ts';

/** The faces of a list by faceId, or those of a group by personId, read page by page. */
export async function* galleryMembers(store: Store, { partition, kind }: Collection): AsyncGenerator<Member> {
  for await (const { id, value } of pages<FaceRecord>(store, partition, facePrefix)) {
    const [faceId = '', personId] = id.slice(facePrefix.length).split(':').reverse();
    const { embedding } = value;
    yield kind.persons ? { faceId, personId: personId!, embedding } : { faceId, embedding };
  }
}

import type { Member } from '../matching/shard.ts';
import type { Document, Store, Stored } from '../storage/store.ts';
import type { Collection } from './context.ts';
import { type FaceRecord, faceKey } from './documents.ts';

/** All faces of a list in id order, or of a group's persons in the order of personId, page by page. */
export async function* members(store: Store, { partition, kind }: Collection): AsyncGenerator<Member> {
  for await (const { id, value } of pages<FaceRecord>(store, partition, faceKey(''))) {
    const [faceId = '', personId] = id.slice(faceKey('').length).split(':').reverse();
    const { embedding } = value;
    yield kind.persons ? { faceId, personId: personId!, embedding } : { faceId, embedding };
  }
}

/** All documents with a prefix, page by page. */
export async function* pages<T extends Document>(
  store: Store,
  partition: string,
  prefix: string,
): AsyncGenerator<Stored<T>> {
  const limit = 200;
  for (let after = prefix; ; ) {
    const page = await store.list<T>(partition, { prefix, after, limit });
    yield* page;
    if (page.length < limit) return;
    after = page.at(-1)!.id;
  }
}

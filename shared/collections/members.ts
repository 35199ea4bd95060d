import type { Member } from '../matching/shard.ts';
import type { Document, Store, Stored } from '../storage/store.ts';
import type { Collection } from './context.ts';
import { type FaceRecord, faceKey, type PersonRecord, personKey } from './documents.ts';

/** All faces of a list in id order, or all faces of a group's persons in the order of personId, page by page. */
export async function* members(store: Store, { partition, kind }: Collection): AsyncGenerator<Member> {
  if (!kind.persons) {
    for await (const { id, value } of pages<FaceRecord>(store, partition, 'f:')) {
      yield { faceId: id.slice(faceKey('').length), embedding: value.embedding };
    }
    return;
  }
  for await (const { id, value: person } of pages<PersonRecord>(store, partition, 'p:')) {
    const personId = id.slice(personKey('').length);
    const faces = await store.getMany<FaceRecord>(
      partition,
      person.faceIds.map((each) => faceKey(each, personId)),
    );
    for (const face of faces) {
      yield {
        faceId: face.id.slice(faceKey('', personId).length),
        personId,
        embedding: face.value.embedding,
      };
    }
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

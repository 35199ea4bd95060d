import type { Document, Store, Stored } from './store.ts';

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

import type { Document, Store, Stored } from './store.ts';

const limit = 200;

/** All documents whose id starts with `prefix`, in id order. At most one page is in memory. */
export async function* pages<T extends Document>(
  store: Store,
  partition: string,
  prefix: string,
): AsyncGenerator<Stored<T>> {
  for (let after = prefix; ; ) {
    const page = await store.list<T>(partition, { prefix, after, limit });
    yield* page;
    if (page.length < limit) return;
    after = page.at(-1)!.id;
  }
}

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Document,
  type Json,
  type Store,
  StoreConflict,
  type Stored,
  type Write,
} from '../../shared/storage/store.ts';
import { compareWithModel } from './store.model.ts';

export interface Clock {
  now: number;
}

/** What the driver under test can do; false skips the cases that need it. */
export interface Capabilities {
  /** Expired documents are missing for writes too, not only for reads. */
  ownTimeToLive: boolean;
  /** How many random sequences are compared with the model. */
  modelRuns: number;
}

/** The tests that every driver of the store has to pass. */
export function storeSuite(
  open: (now: () => number) => Promise<{ store: Store; stop: () => Promise<void> }>,
  capabilities: Capabilities,
): void {
  const clock: Clock = { now: 1_700_000_000_000 };
  let store: Store;
  let stop: () => Promise<void>;
  let partitions = 0;
  const partition = () => `sub/test/${partitions++}`;
  const ids = (stored: readonly Stored[]) => stored.map(({ id }) => id);
  const conflict = (id: string, reason: StoreConflict['reason']) => expect.objectContaining({ id, reason });

  beforeAll(async () => {
    ({ store, stop } = await open(() => clock.now));
  });
  afterAll(async () => {
    await store.close();
    await stop();
  });

  test('a document comes back as it was written, bytes and all', async () => {
    const p = partition();
    await fc.assert(
      fc.asyncProperty(document(), async (value) => {
        const [etag] = await store.write(p, [{ kind: 'put', id: 'a', value }]);
        expect(await store.get(p, 'a')).toEqual({ id: 'a', value: withoutUndefined(value), etag });
      }),
      { numRuns: capabilities.modelRuns },
    );
  });

  test('bytes are plain Uint8Arrays, equal at any offset of a larger buffer', async () => {
    const p = partition();
    const large = Uint8Array.from({ length: 2000 }, (_, i) => i);
    await store.write(p, [{ kind: 'put', id: 'a', value: { bytes: large.subarray(3, 1667) } }]);
    const bytes = (await store.get<{ bytes: Uint8Array }>(p, 'a'))!.value.bytes;
    expect(bytes.constructor).toBe(Uint8Array);
    expect(bytes).toEqual(large.slice(3, 1667));
  });

  test('what does not exist is undefined, and is left out of many', async () => {
    const p = partition();
    await store.write(p, [
      { kind: 'create', id: 'a', value: { n: 1 } },
      { kind: 'create', id: 'c', value: { n: 3 } },
    ]);
    expect(await store.get(p, 'b')).toBeUndefined();
    expect(await store.get(`${p}x`, 'a')).toBeUndefined();
    expect(ids(await store.getMany(p, ['c', 'b', 'a', 'a'])).sort()).toEqual(['a', 'c']);
    expect(await store.getMany(p, [])).toEqual([]);
    expect(await store.write(p, [])).toEqual([]);
  });

  describe('conditions', () => {
    const value = { n: 1 };

    test('create fails where a document exists, replace and delete where it does not', async () => {
      const p = partition();
      await expect(store.write(p, [{ kind: 'replace', id: 'a', value, etag: 'x' }])).rejects.toEqual(
        conflict('a', 'missing'),
      );
      await expect(store.write(p, [{ kind: 'delete', id: 'a' }])).rejects.toEqual(conflict('a', 'missing'));
      await expect(store.write(p, [{ kind: 'delete', id: 'a', etag: 'x' }])).rejects.toEqual(
        conflict('a', 'missing'),
      );
      await store.write(p, [{ kind: 'create', id: 'a', value }]);
      await expect(store.write(p, [{ kind: 'create', id: 'a', value }])).rejects.toBeInstanceOf(
        StoreConflict,
      );
      await expect(store.write(p, [{ kind: 'create', id: 'a', value }])).rejects.toEqual(
        conflict('a', 'exists'),
      );
      await store.write(p, [{ kind: 'delete', id: 'a' }]);
      expect(await store.get(p, 'a')).toBeUndefined();
    });

    test('an etag is valid until the next write and never again', async () => {
      const p = partition();
      const [first] = await store.write(p, [{ kind: 'create', id: 'a', value }]);
      const [second] = await store.write(p, [{ kind: 'replace', id: 'a', value, etag: first! }]);
      expect(second).not.toBe(first);
      expect((await store.get(p, 'a'))!.etag).toBe(second);
      const stale = { id: 'a', etag: first! };
      await expect(store.write(p, [{ kind: 'replace', value, ...stale }])).rejects.toEqual(
        conflict('a', 'changed'),
      );
      await expect(store.write(p, [{ kind: 'delete', ...stale }])).rejects.toEqual(conflict('a', 'changed'));
      expect(await store.write(p, [{ kind: 'delete', id: 'a', etag: second! }])).toEqual(['']);
      const [third] = await store.write(p, [{ kind: 'create', id: 'a', value }]);
      expect([first, second]).not.toContain(third);
      await expect(store.write(p, [{ kind: 'replace', value, ...stale }])).rejects.toEqual(
        conflict('a', 'changed'),
      );
    });

    test('a batch returns the etags of its writes in order', async () => {
      const p = partition();
      await store.write(p, [{ kind: 'create', id: 'b', value }]);
      const etags = await store.write(p, [
        { kind: 'create', id: 'c', value },
        { kind: 'delete', id: 'b' },
        { kind: 'put', id: 'a', value },
      ]);
      const now = new Map((await store.list(p, { limit: 10 })).map(({ id, etag }) => [id, etag]));
      expect(etags).toEqual([now.get('c'), '', now.get('a')]);
      expect(new Set(etags).size).toBe(3);
    });

    test('a batch that fails leaves nothing behind', async () => {
      const p = partition();
      await store.write(p, [{ kind: 'create', id: 'm', value }]);
      const before = await store.list(p, { limit: 10 });
      await expect(
        store.write(p, [
          { kind: 'create', id: 'a', value: { n: 2 } },
          { kind: 'put', id: 'm', value: { n: 2 } },
          { kind: 'delete', id: 'nothing' },
          { kind: 'create', id: 'z', value: { n: 2 } },
        ]),
      ).rejects.toEqual(conflict('nothing', 'missing'));
      expect(await store.list(p, { limit: 10 })).toEqual(before);
    });

    test('of 200 writes on one etag, one wins', async () => {
      const p = partition();
      let [etag] = await store.write(p, [{ kind: 'create', id: 'a', value: { n: -1 } }]);
      for (let round = 0; round < 3; round++) {
        const tries = Array.from({ length: 200 }, (_, n) =>
          store.write(p, [{ kind: 'replace', id: 'a', value: { n }, etag: etag! }]),
        );
        const results = await Promise.allSettled(tries);
        const winners = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
        const losers = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
        expect(winners).toHaveLength(1);
        expect(losers).toEqual(Array.from({ length: 199 }, () => conflict('a', 'changed')));
        const stored = (await store.get<{ n: number }>(p, 'a'))!;
        expect(stored.value.n).toBe(winners[0]);
        etag = stored.etag;
      }
    });

    test('of 200 increments at once, all count up to the maximum, and what shares their batch is there', async () => {
      const p = partition();
      await store.write(p, [{ kind: 'create', id: 'count', value: { n: 5, name: 'x' } }]);
      const results = await Promise.allSettled(
        Array.from({ length: 200 }, (_, i) =>
          store.write(p, [
            { kind: 'increment', id: 'count', field: 'n', by: 1, max: 105 },
            { kind: 'create', id: `d${i}`, value },
          ]),
        ),
      );
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(refused).toEqual(Array.from({ length: 100 }, () => conflict('count', 'limit')));
      const count = (await store.get(p, 'count'))!;
      expect(count.value).toEqual({ n: 105, name: 'x' });
      expect(await store.list(p, { prefix: 'd', limit: 1000 })).toHaveLength(100);
      const [etag] = await store.write(p, [{ kind: 'increment', id: 'count', field: 'n', by: -3 }]);
      expect(etag).not.toBe(count.etag);
      expect(await store.get(p, 'count')).toEqual({ id: 'count', value: { n: 102, name: 'x' }, etag });
      await expect(store.write(p, [{ kind: 'increment', id: 'nothing', field: 'n', by: 1 }])).rejects.toEqual(
        conflict('nothing', 'missing'),
      );
    });

    test('of 200 creations of one id, one wins', async () => {
      const p = partition();
      const tries = Array.from({ length: 200 }, (_, n) =>
        store.write(p, [{ kind: 'create', id: 'a', value: { n } }]),
      );
      const results = await Promise.allSettled(tries);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('list', () => {
    const write = (p: string, names: string[]) =>
      store.write(
        p,
        names.map((id) => ({ kind: 'put', id, value: { id } })),
      );

    test('is in ASCII order over every character an id may have', async () => {
      const p = partition();
      const alphabet = [...'-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'];
      const names = [...alphabet, 'a-', 'a.', 'a0', 'a:', 'aa', 'aZ', 'a_', `${'z'.repeat(255)}`];
      await write(p, names.toReversed());
      expect(ids(await store.list(p, { limit: 1000 }))).toEqual(names.sort());
    });

    test('continues after an id, whether it exists or not, and within a prefix', async () => {
      const p = partition();
      await write(p, ['c:1', 'f:1', 'f:2', 'f:2:x', 'f:3', 'f;'.replace(';', '_'), 'g']);
      const list = async (page: { after?: string; prefix?: string; limit: number }) =>
        ids(await store.list(p, page));
      expect(await list({ limit: 2 })).toEqual(['c:1', 'f:1']);
      expect(await list({ after: 'f:1', limit: 2 })).toEqual(['f:2', 'f:2:x']);
      expect(await list({ after: 'f:11', limit: 1 })).toEqual(['f:2']);
      expect(await list({ prefix: 'f:', limit: 9 })).toEqual(['f:1', 'f:2', 'f:2:x', 'f:3']);
      expect(await list({ prefix: 'f:2', limit: 9 })).toEqual(['f:2', 'f:2:x']);
      expect(await list({ prefix: 'f:2', after: 'f:2', limit: 9 })).toEqual(['f:2:x']);
      expect(await list({ prefix: 'f:', after: 'a', limit: 1 })).toEqual(['f:1']);
      expect(await list({ prefix: 'f:', after: 'g', limit: 9 })).toEqual([]);
      expect(await list({ after: 'g', limit: 9 })).toEqual([]);
    });

    test('stays in its partition', async () => {
      const p = partition();
      for (const other of [p, `${p}/`, `${p}/x`, p.slice(0, -1)]) await write(other, ['a', 'b']);
      expect(ids(await store.list(p, { limit: 1000 }))).toEqual(['a', 'b']);
    });
  });

  describe('time to live', () => {
    const value = { n: 1 };

    test('ends the moment it says, for every way of reading', async () => {
      const p = partition();
      await store.write(p, [
        { kind: 'create', id: 'a', value, ttlSeconds: 60 },
        { kind: 'put', id: 'b', value, ttlSeconds: 61 },
        { kind: 'put', id: 'c', value },
      ]);
      clock.now += 59_999;
      expect(ids(await store.list(p, { limit: 9 }))).toEqual(['a', 'b', 'c']);
      clock.now += 1;
      expect(await store.get(p, 'a')).toBeUndefined();
      expect(ids(await store.getMany(p, ['a', 'b', 'c'])).sort()).toEqual(['b', 'c']);
      expect(ids(await store.list(p, { limit: 9 }))).toEqual(['b', 'c']);
      expect(ids(await store.list(p, { limit: 1 }))).toEqual(['b']);
      clock.now += 1_000_000_000;
      expect(ids(await store.list(p, { limit: 9 }))).toEqual(['c']);
    });

    test('is kept by an increment', async () => {
      const p = partition();
      await store.write(p, [{ kind: 'create', id: 'a', value, ttlSeconds: 60 }]);
      clock.now += 50_000;
      await store.write(p, [{ kind: 'increment', id: 'a', field: 'n', by: 1 }]);
      clock.now += 9_999;
      expect((await store.get(p, 'a'))?.value).toEqual({ n: 2 });
      clock.now += 1;
      expect(await store.get(p, 'a')).toBeUndefined();
    });

    test('is that of the last write', async () => {
      const p = partition();
      const [a, b] = await store.write(p, [
        { kind: 'create', id: 'a', value, ttlSeconds: 60 },
        { kind: 'create', id: 'b', value, ttlSeconds: 60 },
        { kind: 'create', id: 'c', value },
      ]);
      clock.now += 50_000;
      await store.write(p, [
        { kind: 'replace', id: 'a', value, etag: a!, ttlSeconds: 60 },
        { kind: 'replace', id: 'b', value, etag: b! },
        { kind: 'put', id: 'c', value, ttlSeconds: 60 },
      ]);
      clock.now += 50_000;
      expect(ids(await store.list(p, { limit: 9 }))).toEqual(['a', 'b', 'c']);
      clock.now += 10_000;
      expect(ids(await store.list(p, { limit: 9 }))).toEqual(['b']);
    });

    test.skipIf(!capabilities.ownTimeToLive)('over, the document is missing for writes too', async () => {
      const p = partition();
      const [etag] = await store.write(p, [{ kind: 'create', id: 'a', value, ttlSeconds: 1 }]);
      clock.now += 1000;
      await expect(store.write(p, [{ kind: 'replace', id: 'a', value, etag: etag! }])).rejects.toEqual(
        conflict('a', 'missing'),
      );
      await expect(store.write(p, [{ kind: 'delete', id: 'a' }])).rejects.toEqual(conflict('a', 'missing'));
      await store.write(p, [{ kind: 'create', id: 'a', value: { n: 2 } }]);
      expect((await store.get(p, 'a'))!.value).toEqual({ n: 2 });
    });
  });

  describe('limits', () => {
    const put = (id: string, value: Document = {}): Write => ({ kind: 'put', id, value });
    const many = (count: number) => Array.from({ length: count }, (_, i) => put(`d${i}`));

    test('of a batch: 100 different ids, 2 MB', async () => {
      const p = partition();
      expect(await store.write(p, many(100))).toHaveLength(100);
      await expect(store.write(p, many(101))).rejects.toBeInstanceOf(RangeError);
      await expect(store.write(p, [put('a'), put('a')])).rejects.toBeInstanceOf(RangeError);
      const bytes = (length: number) => ({ bytes: new Uint8Array(length) });
      expect(await store.write(p, [put('a', bytes(740_000)), put('b', bytes(740_000))])).toHaveLength(2);
      const over = [put('c', bytes(760_000)), put('d', bytes(760_000))];
      await expect(store.write(p, over)).rejects.toThrow(/bytes/);
      await expect(store.write(p, [put('c', { text: 'ü'.repeat(1_000_001) })])).rejects.toThrow(/bytes/);
      expect(ids(await store.getMany(p, ['a', 'b', 'c', 'd', 'e'])).sort()).toEqual(['a', 'b']);
    });

    test('of ids and partition keys', async () => {
      const p = partition();
      for (const id of ['', 'a/b', 'a b', 'ä', 'a\0', 'a\n', 'a'.repeat(256)]) {
        await expect(store.get(p, id)).rejects.toBeInstanceOf(RangeError);
        await expect(store.getMany(p, [id])).rejects.toBeInstanceOf(RangeError);
        await expect(store.write(p, [put(id)])).rejects.toBeInstanceOf(RangeError);
      }
      for (const other of ['', 'a\0', 'ä', 'a'.repeat(513)]) {
        await expect(store.get(other, 'a')).rejects.toBeInstanceOf(RangeError);
        await expect(store.list(other, { limit: 1 })).rejects.toBeInstanceOf(RangeError);
        await expect(store.write(other, [put('a')])).rejects.toBeInstanceOf(RangeError);
      }
      await store.write('p'.repeat(512), [put('i'.repeat(255), { n: 1 })]);
      expect((await store.get('p'.repeat(512), 'i'.repeat(255)))?.value).toEqual({ n: 1 });
    });

    test('of an increment', async () => {
      const p = partition();
      const increment = { kind: 'increment', id: 'a', field: 'n', by: 1 } as const;
      await store.write(p, [put('a', { n: 1 })]);
      for (const wrong of [{ field: 'a"b' }, { field: '' }, { by: 0.5 }, { max: Number.NaN }])
        await expect(store.write(p, [{ ...increment, ...wrong }])).rejects.toBeInstanceOf(RangeError);
    });

    test('of a page, of many, of a time to live', async () => {
      const p = partition();
      for (const limit of [0, 1001, 1.5, Number.NaN]) {
        await expect(store.list(p, { limit })).rejects.toBeInstanceOf(RangeError);
      }
      const names = Array.from({ length: 1000 }, (_, i) => `d${i}`);
      await store.write(p, many(100));
      expect(await store.getMany(p, names)).toHaveLength(100);
      await expect(store.getMany(p, [...names, 'x'])).rejects.toBeInstanceOf(RangeError);
      for (const ttlSeconds of [0, -1, 0.5, 2 ** 31]) {
        const write: Write = { kind: 'create', id: 'a', value: {}, ttlSeconds };
        await expect(store.write(p, [write])).rejects.toBeInstanceOf(RangeError);
      }
    });
  });

  test('a page of 1,000 documents with embeddings', async () => {
    const p = partition();
    for (let page = 0; page < 11; page++) {
      const writes = Array.from({ length: 100 }, (_, i): Write => {
        const embedding = new Uint8Array(1664).fill(i);
        return { kind: 'create', id: `f:${String(page * 100 + i).padStart(4, '0')}`, value: { embedding } };
      });
      await store.write(p, writes);
    }
    const page = await store.list<{ embedding: Uint8Array }>(p, { prefix: 'f:', limit: 1000 });
    expect(page).toHaveLength(1000);
    page.forEach(({ id, value }, i) => {
      expect(id).toBe(`f:${String(i).padStart(4, '0')}`);
      expect(value.embedding.length).toBe(1664);
      expect(value.embedding[7]).toBe(i % 100);
    });
    expect(await store.list(p, { prefix: 'f:', after: page.at(-1)!.id, limit: 1000 })).toHaveLength(100);
  });

  test('any sequence of operations returns what a simple model returns', async () => {
    await compareWithModel(store, clock, partition, capabilities);
  });
}

function document(): fc.Arbitrary<Document> {
  const bytes = fc.uint8Array({ maxLength: 40 });
  const name = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('$bytes', '$', '$$bytes', 'id', 'pk', '_etag', 'ttl', 'value'),
  );
  const number = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  );
  const { value } = fc.letrec<{ value: Json; object: Document }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false),
      number,
      fc.string(),
      bytes,
      fc.array(tie('value'), { maxLength: 4 }),
      tie('object'),
    ),
    object: fc.dictionary(
      name.filter((n) => n !== '__proto__'),
      fc.option(tie('value'), { nil: undefined }),
      { maxKeys: 5, noNullPrototype: true },
    ),
  }));
  return fc.dictionary(
    name.filter((n) => n !== '__proto__'),
    fc.option(value, { nil: undefined }),
    { maxKeys: 5, noNullPrototype: true },
  );
}

function withoutUndefined(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => withoutUndefined(item)!);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, withoutUndefined(member)]),
  );
}

import fc from 'fast-check';
import { expect } from 'vitest';
import type { Document, Page, Store, StoreConflict, Write } from '../../shared/storage/store.ts';
import type { Capabilities, Clock } from './store.suite.ts';

interface ModelDocument {
  value: Document;
  etag: string;
  expiresAt: number;
}

type Step =
  | { do: 'write'; partition: number; writes: WriteStep[] }
  | { do: 'get'; partition: number; id: string }
  | { do: 'getMany'; partition: number; ids: string[] }
  | { do: 'list'; partition: number; page: Page }
  | { do: 'wait'; ms: number };
interface WriteStep {
  kind: Write['kind'];
  id: string;
  n: number;
  etag: 'current' | 'earlier' | 'unknown' | 'none';
  ttlSeconds: number | undefined;
}

/** Runs random sequences of operations against a store and a plain map, and expects the same results. */
export async function compareWithModel(
  store: Store,
  clock: Clock,
  partition: () => string,
  capabilities: Capabilities,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(steps(), async (sequence) => {
      const partitions = [partition(), partition()];
      const models = partitions.map(() => new Map<string, ModelDocument>());
      const etags: string[] = [];
      for (const step of sequence) {
        if (step.do === 'wait') {
          clock.now += step.ms;
          continue;
        }
        const model = models[step.partition]!;
        const p = partitions[step.partition]!;
        if (step.do === 'get') {
          expect(await store.get(p, step.id)).toEqual(living(model, clock).find(({ id }) => id === step.id));
        } else if (step.do === 'getMany') {
          const answer = (await store.getMany(p, step.ids)).sort((a, b) => (a.id < b.id ? -1 : 1));
          expect(answer).toEqual(living(model, clock).filter(({ id }) => step.ids.includes(id)));
        } else if (step.do === 'list') {
          const { after = '', prefix = '', limit } = step.page;
          const expected = living(model, clock).filter(({ id }) => id > after && id.startsWith(prefix));
          expect(await store.list(p, step.page)).toEqual(expected.slice(0, limit));
        } else {
          const writes = step.writes
            .filter(
              ({ id, kind }) =>
                capabilities.ownTimeToLive || kind === 'put' || !isExpired(model.get(id), clock),
            )
            .map((write) => toWrite(write, model, etags));
          const answer = await store.write(p, writes).catch((error: StoreConflict) => error);
          const expected = conflict(writes, model, clock);
          if (expected !== undefined) expect(answer).toMatchObject(expected);
          else apply(writes, answer as string[], model, clock, etags);
        }
      }
    }),
    { numRuns: capabilities.modelRuns },
  );
}

function steps(): fc.Arbitrary<Step[]> {
  const id = fc.constantFrom('a', 'a:', 'a:b', 'b', 'b-1', 'b.1');
  const which = fc.nat(1);
  const write: fc.Arbitrary<WriteStep> = fc.record({
    kind: fc.constantFrom('create', 'put', 'replace', 'delete', 'increment', 'increment'),
    id,
    n: fc.nat(),
    etag: fc.constantFrom('current', 'current', 'earlier', 'unknown', 'none'),
    ttlSeconds: fc.constantFrom(undefined, undefined, 1, 5),
  });
  const writes = fc.uniqueArray(write, {
    selector: (w) => w.id,
    minLength: 1,
    maxLength: 4,
  });
  const text = fc.constantFrom('', 'a', 'a:', 'b', 'b-', 'c');
  const page = fc
    .record({ after: fc.option(text), prefix: fc.option(text), limit: fc.integer({ min: 1, max: 7 }) })
    .map(({ after, prefix, limit }) => ({
      ...(after === null ? {} : { after }),
      ...(prefix === null ? {} : { prefix }),
      limit,
    }));
  return fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('write' as const), partition: which, writes }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('get' as const), partition: which, id }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('getMany' as const), partition: which, ids: fc.array(id) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('list' as const), partition: which, page }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 999, 1000, 5000) }),
      },
    ),
    { minLength: 5, maxLength: 25 },
  );
}

const isExpired = (document: ModelDocument | undefined, clock: Clock) =>
  document !== undefined && document.expiresAt <= clock.now;

function living(model: Map<string, ModelDocument>, clock: Clock) {
  return [...model]
    .filter(([, document]) => !isExpired(document, clock))
    .map(([id, { value, etag }]) => ({ id, value, etag }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function toWrite(step: WriteStep, model: Map<string, ModelDocument>, etags: readonly string[]): Write {
  const { kind, id } = step;
  const ttl = step.ttlSeconds === undefined ? {} : { ttlSeconds: step.ttlSeconds };
  if (kind === 'increment') {
    const [by, max] = [(step.n % 5) - 2, step.n % 3 === 0 ? undefined : step.n];
    return { kind, id, field: 'n', by, ...(max !== undefined && { max }) };
  }
  const value = { n: step.n, bytes: new Uint8Array([step.n & 255]) };
  if (kind === 'create' || kind === 'put') return { kind, id, value, ...ttl };
  const unknown = 'unknown';
  const etag =
    step.etag === 'current'
      ? (model.get(id)?.etag ?? unknown)
      : step.etag === 'earlier'
        ? etags[step.n % etags.length]
        : unknown;
  if (kind === 'delete') return step.etag === 'none' ? { kind, id } : { kind, id, etag: etag ?? unknown };
  return { kind, id, value, etag: etag ?? unknown, ...ttl };
}

function conflict(writes: readonly Write[], model: Map<string, ModelDocument>, clock: Clock) {
  for (const write of writes) {
    const document = model.get(write.id);
    const old = isExpired(document, clock) ? undefined : document;
    const { id } = write;
    if (write.kind === 'put') continue;
    if (write.kind === 'create') {
      if (old !== undefined) return { id, reason: 'exists' };
    } else if (old === undefined) return { id, reason: 'missing' };
    else if (write.kind === 'increment') {
      if (write.max !== undefined && Number(old.value.n) + write.by > write.max)
        return { id, reason: 'limit' };
    } else if ('etag' in write && write.etag !== undefined && write.etag !== old.etag)
      return { id, reason: 'changed' };
  }
  return undefined;
}

function apply(
  writes: readonly Write[],
  answer: readonly string[],
  model: Map<string, ModelDocument>,
  clock: Clock,
  etags: string[],
): void {
  expect(answer).toHaveLength(writes.length);
  for (const [i, write] of writes.entries()) {
    const etag = answer[i]!;
    if (write.kind === 'delete') {
      expect(etag).toBe('');
      model.delete(write.id);
      continue;
    }
    expect(etag).not.toBe('');
    expect(etags).not.toContain(etag);
    etags.push(etag);
    if (write.kind === 'increment') {
      const { value, expiresAt } = model.get(write.id)!;
      model.set(write.id, { value: { ...value, n: Number(value.n) + write.by }, etag, expiresAt });
      continue;
    }
    const expiresAt = write.ttlSeconds === undefined ? Infinity : clock.now + write.ttlSeconds * 1000;
    model.set(write.id, { value: write.value, etag, expiresAt });
  }
}

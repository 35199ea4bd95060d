import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { Packr } from 'msgpackr';
import { lockFolder } from '../folderLock.ts';
import { checkId, checkIds, checkLimit, checkPartition, checkWrites } from './limits.ts';
import { type Document, type Page, type Store, StoreConflict, type Stored, type Write } from './store.ts';

/**
 * Documents in LMDB under `folder`, for one process at a time.
 * now: whole milliseconds since 1970.
 * Throws Error where another process uses the folder.
 */
export async function openEmbeddedStore(
  folder: string,
  now: () => number = Date.now,
): Promise<EmbeddedStore> {
  const unlock = await lockFolder(folder);
  if (!unlock) throw new Error(`${folder} is in use by another process; stop that one first`);
  try {
    const root = open(join(folder, 'documents.mdb'), {
      // A commit is on the disk before it is acknowledged.
      overlappingSync: false,
      // With batching by event turn, a full disk rejects a promise that nobody handles, which ends the process.
      eventTurnBatching: false,
    });
    return new EmbeddedStore(root, now, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

type DocumentKey = [partition: string, id: string];
type ExpiryKey = [expiresAt: number, partition: string, id: string];
/** expiresAt: milliseconds since 1970, Infinity for never. */
interface Entry<T extends Document> {
  etag: string;
  expiresAt: number;
  value: T;
}

const sweepEveryMs = 30_000;
/** Documents in a transaction of a sweep, which blocks the event loop for about a millisecond. */
const sweepBatch = 200;
/** Sorts after every character of an id. */
const afterEveryId = '\x7f';

export class EmbeddedStore implements Store {
  readonly #root: RootDatabase;
  readonly #documents: Database<Uint8Array, DocumentKey>;
  readonly #expiries: Database<null, ExpiryKey>;
  readonly #now: () => number;
  readonly #unlock: () => Promise<void>;
  readonly #sweeper: NodeJS.Timeout;
  #closing = false;

  constructor(root: RootDatabase, now: () => number, unlock: () => Promise<void>) {
    this.#root = root;
    this.#documents = root.openDB({ name: 'documents', encoding: 'binary' });
    this.#expiries = root.openDB({ name: 'expiries' });
    this.#now = now;
    this.#unlock = unlock;
    this.#sweeper = setInterval(() => this.sweep().catch(process.emitWarning), sweepEveryMs).unref();
  }

  async get<T extends Document>(partition: string, id: string): Promise<Stored<T> | undefined> {
    checkPartition(partition);
    checkId(id);
    return this.#unexpired<T>(id, this.#entry(partition, id));
  }

  async getMany<T extends Document>(partition: string, ids: readonly string[]): Promise<Stored<T>[]> {
    checkPartition(partition);
    checkIds(ids);
    return [...new Set(ids)].flatMap((id) => this.#unexpired<T>(id, this.#entry(partition, id)) ?? []);
  }

  async list<T extends Document>(partition: string, page: Page): Promise<Stored<T>[]> {
    checkPartition(partition);
    checkLimit(page.limit);
    const { after = '', prefix = '', limit } = page;
    const resumes = after >= prefix;
    const range = this.#documents.getRange({
      start: [partition, resumes ? after : prefix],
      exclusiveStart: resumes,
      end: [partition, prefix + afterEveryId],
    });
    const found: Stored<T>[] = [];
    for (const { key, value } of range) {
      const stored = this.#unexpired<T>(key[1], unpack<T>(value));
      if (stored !== undefined && found.push(stored) === limit) break;
    }
    return found;
  }

  async write(partition: string, writes: readonly Write[]): Promise<string[]> {
    checkPartition(partition);
    checkWrites(writes);
    const prepared = writes.map((write) =>
      write.kind === 'increment' ? undefined : prepare(write, this.#now()),
    );
    const etags: string[] = [];
    const conflict = await this.#commit(() => {
      const olds = writes.map(({ id }) => this.#entry(partition, id));
      for (const [i, write] of writes.entries()) {
        const reason = conflictOf(write, this.#unexpired(write.id, olds[i]));
        if (reason !== undefined) return new StoreConflict(write.id, reason);
      }
      for (const [i, write] of writes.entries()) {
        const { id } = write;
        const old = olds[i];
        if (old !== undefined && old.expiresAt < Infinity) {
          this.#expiries.remove([old.expiresAt, partition, id]);
        }
        const { etag, content, expiresAt } =
          write.kind === 'increment' ? incremented(write, old!) : prepared[i]!;
        etags[i] = etag;
        if (content === undefined) this.#documents.remove([partition, id]);
        else this.#documents.put([partition, id], content);
        if (expiresAt < Infinity) this.#expiries.put([expiresAt, partition, id], null);
      }
      return undefined;
    });
    if (conflict !== undefined) throw conflict;
    return etags;
  }

  /** Removes the expired documents, in transactions of bounded size, and returns their number. */
  async sweep(): Promise<number> {
    let removed = 0;
    for (let count = sweepBatch; count === sweepBatch && !this.#closing; removed += count) {
      count = await this.#commit(() => {
        const due = [...this.#expiries.getKeys({ end: [this.#now() + 1, '', ''], limit: sweepBatch })];
        for (const [expiresAt, partition, id] of due) {
          this.#expiries.remove([expiresAt, partition, id]);
          this.#documents.remove([partition, id]);
        }
        return due.length;
      });
    }
    return removed;
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#sweeper);
    await this.#root.close();
    await this.#unlock();
  }

  #entry<T extends Document>(partition: string, id: string): Entry<T> | undefined {
    const content = this.#documents.get([partition, id]);
    return content && unpack<T>(content);
  }

  #unexpired<T extends Document>(id: string, entry: Entry<T> | undefined): Stored<T> | undefined {
    if (entry === undefined || entry.expiresAt <= this.#now()) return undefined;
    return { id, value: entry.value, etag: entry.etag };
  }

  /** Runs one transaction. Where a write in it fails, for example on a full disk, LMDB commits nothing of it. */
  async #commit<T>(action: () => T): Promise<T> {
    try {
      return await this.#root.transaction(action);
    } catch (error) {
      const { commitError } = error as { commitError?: Promise<never> };
      throw (await commitError?.catch((cause: unknown) => cause)) ?? error;
    }
  }
}

function conflictOf(write: Write, old: Stored | undefined): StoreConflict['reason'] | undefined {
  if (write.kind === 'put') return undefined;
  if (write.kind === 'create') return old && 'exists';
  if (old === undefined) return 'missing';
  if (write.kind === 'increment')
    return write.max !== undefined && sum(write, old.value) > write.max ? 'limit' : undefined;
  if ('etag' in write && write.etag !== undefined && write.etag !== old.etag) return 'changed';
  return undefined;
}

type Increment = Extract<Write, { kind: 'increment' }>;

function prepare(write: Exclude<Write, Increment>, now: number) {
  if (write.kind === 'delete') return { etag: '', expiresAt: Infinity, content: undefined };
  return pack(write.value, write.ttlSeconds === undefined ? Infinity : now + write.ttlSeconds * 1000);
}

const incremented = (write: Increment, { value, expiresAt }: Entry<Document>) =>
  pack({ ...value, [write.field]: sum(write, value) }, expiresAt);

const sum = ({ field, by }: Increment, value: Document) => Number(value[field] ?? 0) + by;

function pack(value: Document, expiresAt: number) {
  const etag = randomUUID();
  return { etag, expiresAt, content: packr.pack([etag, expiresAt, value]) };
}

/** Leaves out undefined members, as JSON does. A constant, because msgpackr's types lack skipValues. */
const encoding = { useRecords: false, skipValues: [undefined] };
const packr = new Packr(encoding);

function unpack<T extends Document>(content: Uint8Array): Entry<T> {
  // Given a plain Uint8Array rather than a Buffer, msgpackr returns bytes as views of it rather than as copies.
  const plain = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  const [etag, expiresAt, value] = packr.unpack(plain) as [string, number, T];
  return { etag, expiresAt, value };
}

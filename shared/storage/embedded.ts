import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { Packr } from 'msgpackr';
import { lockFolder } from '../folderLock.ts';
import { checkId, checkIds, checkLimit, checkPartition, checkWrites } from './limits.ts';
import { type Document, type Page, type Store, StoreConflict, type Stored, type Write } from './store.ts';

/**
 * Documents of one machine, in LMDB under `folder`; one process at a time. now: whole milliseconds since 1970.
 * Throws an Error where another process has the folder.
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
      // Batching by event turn leaves a promise without an owner, which a full disk would end the process through.
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
/** A document as it is kept. expiresAt: milliseconds, Infinity for never. */
interface Kept<T extends Document> {
  etag: string;
  expiresAt: number;
  value: T;
}

const sweepEveryMs = 30_000;
/** A sweep holds the event loop for about a millisecond at a time. */
const sweepBatch = 200;
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
    return this.#living<T>(id, this.#kept(partition, id));
  }

  async getMany<T extends Document>(partition: string, ids: readonly string[]): Promise<Stored<T>[]> {
    checkPartition(partition);
    checkIds(ids);
    return [...new Set(ids)].flatMap((id) => this.#living<T>(id, this.#kept(partition, id)) ?? []);
  }

  async list<T extends Document>(partition: string, page: Page): Promise<Stored<T>[]> {
    checkPartition(partition);
    checkLimit(page.limit);
    const { after = '', prefix = '', limit } = page;
    const goesOn = after >= prefix;
    const range = this.#documents.getRange({
      start: [partition, goesOn ? after : prefix],
      exclusiveStart: goesOn,
      end: [partition, prefix + afterEveryId],
    });
    const found: Stored<T>[] = [];
    for (const { key, value } of range) {
      const stored = this.#living<T>(key[1], unpack<T>(value));
      if (stored !== undefined && found.push(stored) === limit) break;
    }
    return found;
  }

  async write(partition: string, writes: readonly Write[]): Promise<string[]> {
    checkPartition(partition);
    checkWrites(writes);
    const prepared = writes.map((write) => prepare(write, this.#now()));
    const conflict = await this.#commit(() => {
      const olds = writes.map(({ id }) => this.#kept(partition, id));
      for (const [i, write] of writes.entries()) {
        const reason = conflictOf(write, this.#living(write.id, olds[i]));
        if (reason !== undefined) return new StoreConflict(write.id, reason);
      }
      for (const [i, { id }] of writes.entries()) {
        const old = olds[i];
        if (old !== undefined && old.expiresAt < Infinity) {
          this.#expiries.remove([old.expiresAt, partition, id]);
        }
        const { content, expiresAt } = prepared[i]!;
        if (content === undefined) this.#documents.remove([partition, id]);
        else this.#documents.put([partition, id], content);
        if (expiresAt < Infinity) this.#expiries.put([expiresAt, partition, id], null);
      }
      return undefined;
    });
    if (conflict !== undefined) throw conflict;
    return prepared.map(({ etag }) => etag);
  }

  /** Removes what has expired, a bounded number of documents per transaction. Answers how many it removed. */
  async sweep(): Promise<number> {
    let removed = 0;
    for (let last = sweepBatch; last === sweepBatch && !this.#closing; removed += last) {
      last = await this.#commit(() => {
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

  #kept<T extends Document>(partition: string, id: string): Kept<T> | undefined {
    const content = this.#documents.get([partition, id]);
    return content && unpack<T>(content);
  }

  #living<T extends Document>(id: string, kept: Kept<T> | undefined): Stored<T> | undefined {
    if (kept === undefined || kept.expiresAt <= this.#now()) return undefined;
    return { id, value: kept.value, etag: kept.etag };
  }

  /** One transaction. LMDB commits nothing of it where a write in it failed, as on a full disk. */
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
  if ('etag' in write && write.etag !== undefined && write.etag !== old.etag) return 'changed';
  return undefined;
}

function prepare(write: Write, now: number) {
  if (write.kind === 'delete') return { etag: '', expiresAt: Infinity, content: undefined };
  const etag = randomUUID();
  const expiresAt = write.ttlSeconds === undefined ? Infinity : now + write.ttlSeconds * 1000;
  return { etag, expiresAt, content: packr.pack([etag, expiresAt, write.value]) };
}

/** skipValues is missing from msgpackr's types: members without a value are left out, as in JSON. */
const encoding = { useRecords: false, skipValues: [undefined] };
const packr = new Packr(encoding);

function unpack<T extends Document>(content: Uint8Array): Kept<T> {
  // From a plain Uint8Array, msgpackr answers bytes as plain Uint8Arrays, and as views rather than copies.
  const plain = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  const [etag, expiresAt, value] = packr.unpack(plain) as [string, number, T];
  return { etag, expiresAt, value };
}

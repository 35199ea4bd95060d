/** JSON, with bytes allowed at any place. */
export type Json =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Json[]
  | { [name: string]: Json | undefined };
export type Document = { [name: string]: Json | undefined };

export interface Stored<T extends Document = Document> {
  id: string;
  value: T;
  /** Changes with every write of the document. An earlier one never returns, not even after a deletion. */
  etag: string;
}

/**
 * One write of a batch. `create` fails where the id exists, `replace` where it is missing or has another etag,
 * `delete` where it is missing or, if an etag is given, has another one; `put` never fails. `increment` adds the
 * integer `by` to the number `field` of the document and keeps the rest of it, its time to live too; it fails where the
 * document is missing or the sum would be over `max`, and never because another writer came between.
 * ttlSeconds: whole seconds from the write on.
 */
export type Write<T extends Document = Document> =
  | { kind: 'create' | 'put'; id: string; value: T; ttlSeconds?: number }
  | { kind: 'replace'; id: string; value: T; etag: string; ttlSeconds?: number }
  | { kind: 'delete'; id: string; etag?: string }
  | { kind: 'increment'; id: string; field: string; by: number; max?: number };

/** The documents whose id starts with `prefix` and is greater than `after`. limit: 1 to 1,000. */
export interface Page {
  after?: string;
  prefix?: string;
  limit: number;
}

/** A batch failed, and nothing of it was written. id and reason: of its first write that failed. */
export class StoreConflict extends Error {
  constructor(
    readonly id: string,
    readonly reason: 'exists' | 'missing' | 'changed' | 'limit',
  ) {
    super(`document ${reason}`);
    this.name = 'StoreConflict';
  }
}

/**
 * Documents by partition key and id. A partition key is 1 to 512 printable ASCII characters and starts with the id of
 * its subscription. An id is 1 to 255 characters of `A-Z a-z 0-9 - _ . :`; ids are ordered as ASCII strings.
 * Every method throws RangeError for an argument outside the limits of limits.ts.
 */
export interface Store {
  /** Returns undefined where there is no such document, or where it has expired. */
  get<T extends Document>(partition: string, id: string): Promise<Stored<T> | undefined>;
  /** Returns those documents that exist, in no particular order. ids: up to 1,000. */
  getMany<T extends Document>(partition: string, ids: readonly string[]): Promise<Stored<T>[]>;
  /** In id order. */
  list<T extends Document>(partition: string, page: Page): Promise<Stored<T>[]>;
  /**
   * Writes all or nothing; resolves once it is durable. At most 100 writes, all of different ids, and 2,000,000 bytes
   * of JSON. Returns the new etag of each write, '' for a delete. Throws StoreConflict.
   */
  write(partition: string, writes: readonly Write[]): Promise<string[]>;
  close(): Promise<void>;
}

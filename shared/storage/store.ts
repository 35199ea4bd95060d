/** JSON, and bytes at any place in it. */
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
  /** Changes with every write of the document and never comes back, not even after a deletion. */
  etag: string;
}

/**
 * One write of a batch. `create` fails where the id exists, `replace` where the id is missing or its etag is
 * another, `delete` where it is missing (with an etag: or changed); `put` always holds. ttlSeconds: whole
 * seconds, from the write on.
 */
export type Write<T extends Document = Document> =
  | { kind: 'create' | 'put'; id: string; value: T; ttlSeconds?: number }
  | { kind: 'replace'; id: string; value: T; etag: string; ttlSeconds?: number }
  | { kind: 'delete'; id: string; etag?: string };

/** The ids greater than `after` (exclusive) that start with `prefix`. limit: 1 to 1,000. */
export interface Page {
  after?: string;
  prefix?: string;
  limit: number;
}

/** A batch that did not hold: nothing of it was written. id and reason are those of its first write that failed. */
export class StoreConflict extends Error {
  constructor(
    readonly id: string,
    readonly reason: 'exists' | 'missing' | 'changed',
  ) {
    super(`document ${reason}`);
    this.name = 'StoreConflict';
  }
}

/**
 * Documents by partition key and id. A partition key names its subscription first: 1 to 512 printable ASCII
 * characters. ids are 1 to 255 characters of `A-Z a-z 0-9 - _ . :` and order as ASCII strings.
 * Every method throws RangeError on an argument outside its limits (limits.ts).
 */
export interface Store {
  /** An expired document is missing from the moment it expires. */
  get<T extends Document>(partition: string, id: string): Promise<Stored<T> | undefined>;
  /** The documents that exist, in no particular order; up to 1,000 ids. */
  getMany<T extends Document>(partition: string, ids: readonly string[]): Promise<Stored<T>[]>;
  /** In id order. */
  list<T extends Document>(partition: string, page: Page): Promise<Stored<T>[]>;
  /**
   * All or nothing, acknowledged once durable. At most 100 writes of different ids, 2,000,000 bytes of JSON in
   * all. Answers the new etags by position ('' for a delete). Throws StoreConflict.
   */
  write(partition: string, writes: readonly Write[]): Promise<string[]>;
  close(): Promise<void>;
}

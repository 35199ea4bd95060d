import type { Json, Write } from './store.ts';

/** The limits of a transactional batch in Cosmos DB. Both drivers keep to them, so that data can move between them. */
export const maxBatch = 100;
export const maxBatchBytes = 2_000_000;
export const maxPage = 1_000;

export function checkPartition(partition: string): void {
  if (!/^[ -~]{1,512}$/.test(partition)) throw new RangeError(`'${partition}' is not a partition key`);
}

export function checkId(id: string): void {
  if (!/^[A-Za-z0-9\-_.:]{1,255}$/.test(id)) throw new RangeError(`'${id}' is not a document id`);
}

export function checkIds(ids: readonly string[]): void {
  if (ids.length > maxPage) throw new RangeError(`${ids.length} ids; at most ${maxPage}`);
  ids.forEach(checkId);
}

export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
    throw new RangeError(`limit ${limit}; must be 1 to ${maxPage}`);
  }
}

export function checkWrites(writes: readonly Write[]): void {
  if (writes.length > maxBatch)
    throw new RangeError(`${writes.length} writes in a batch; at most ${maxBatch}`);
  const ids = new Set<string>();
  let bytes = 0;
  for (const write of writes) {
    checkId(write.id);
    if (ids.has(write.id)) throw new RangeError(`'${write.id}' occurs twice in a batch`);
    ids.add(write.id);
    if (write.kind === 'delete') continue;
    if (write.kind === 'increment') {
      checkIncrement(write);
      continue;
    }
    const { ttlSeconds } = write;
    if (
      ttlSeconds !== undefined &&
      !(Number.isInteger(ttlSeconds) && ttlSeconds > 0 && ttlSeconds < 2 ** 31)
    ) {
      throw new RangeError(`time to live of ${ttlSeconds}; must be whole seconds above 0`);
    }
    bytes += jsonBytes(write.value);
  }
  if (bytes > maxBatchBytes) {
    throw new RangeError(`a batch of ${bytes} bytes as JSON; at most ${maxBatchBytes}`);
  }
}

function checkIncrement({ field, by, max }: Extract<Write, { kind: 'increment' }>): void {
  if (!/^[A-Za-z]{1,64}$/.test(field)) throw new RangeError(`'${field}' is not a field to increment`);
  if (!Number.isSafeInteger(by)) throw new RangeError(`an increment by ${by}; must be an integer`);
  if (max !== undefined && !Number.isSafeInteger(max))
    throw new RangeError(`a maximum of ${max}; must be an integer`);
}

/** The length in bytes of a value as JSON in UTF-8, with bytes as base64. */
export function jsonBytes(value: Json): number {
  if (value instanceof Uint8Array) return Math.ceil(value.length / 3) * 4 + '{"$bytes":""}'.length;
  if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return String(value).length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + jsonBytes(item) + 1, 2);
  let bytes = 2;
  for (const name in value) {
    const member = value[name];
    if (member !== undefined) bytes += jsonBytes(name) + jsonBytes(member) + 2;
  }
  return bytes;
}

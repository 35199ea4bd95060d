import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Container,
  CosmosClient,
  type JSONObject,
  type OperationInput,
  type OperationResponse,
  type PatchOperation,
  type SqlParameter,
} from '@azure/cosmos';
import { decodeJson, type EncodedJson, encodeJson } from './cosmosJson.ts';
import { checkId, checkIds, checkLimit, checkPartition, checkWrites } from './limits.ts';
import { type Document, type Page, type Store, StoreConflict, type Stored, type Write } from './store.ts';

/**
 * Documents in one container of Cosmos DB. The database and the container are created where they are missing. The
 * account's default consistency has to be Strong or Bounded Staleness: with less, one instance may not see what another
 * has just written.
 * now: whole milliseconds since 1970.
 * Throws Error where the container exists with another partition key or time to live.
 */
export async function openCosmosStore(
  account: { connection: string; database: string },
  now: () => number = Date.now,
): Promise<Store> {
  const client = new CosmosClient(account.connection);
  try {
    const { database } = await client.databases.createIfNotExists({ id: account.database });
    const { container, resource } = await database.containers.createIfNotExists(definition);
    if (resource?.partitionKey?.paths[0] !== '/pk' || resource.defaultTtl !== -1) {
      throw new Error(
        `Container '${definition.id}' of database '${account.database}' needs the partition key /pk and ` +
          'time to live switched on without a default; delete it, and it is created again',
      );
    }
    return new CosmosStore(client, container, now);
  } catch (error) {
    client.dispose();
    throw error;
  }
}

const definition = {
  id: 'documents',
  partitionKey: { paths: ['/pk'], version: 2 },
  defaultTtl: -1,
  // Queries need the id, which is always indexed. Indexing embeddings would be most of the cost of a write.
  indexingPolicy: { includedPaths: [{ path: '/pk/?' }], excludedPaths: [{ path: '/*' }] },
};

/** A stored document. By `ttl` the service removes it, some time after it expired; `expiresAt` (ms) is exact. */
interface Item {
  id: string;
  pk: string;
  value: EncodedJson;
  ttl?: number;
  expiresAt?: number;
}
type StoredItem = Item & { _etag: string };

const maxAttempts = 9;

class CosmosStore implements Store {
  readonly #client: CosmosClient;
  readonly #container: Container;
  readonly #now: () => number;

  constructor(client: CosmosClient, container: Container, now: () => number) {
    this.#client = client;
    this.#container = container;
    this.#now = now;
  }

  async get<T extends Document>(partition: string, id: string): Promise<Stored<T> | undefined> {
    checkPartition(partition);
    checkId(id);
    const { resource } = await this.#container.item(id, partition).read<StoredItem>();
    if (resource === undefined || (resource.expiresAt ?? Infinity) <= this.#now()) return undefined;
    return stored<T>(resource);
  }

  async getMany<T extends Document>(partition: string, ids: readonly string[]): Promise<Stored<T>[]> {
    checkPartition(partition);
    checkIds(ids);
    if (ids.length === 0) return [];
    const parameters = ids.map((value, i) => ({ name: `@id${i}`, value }));
    const condition = `c.id IN (${parameters.map(({ name }) => name).join()})`;
    return this.#query(partition, condition, ids.length, parameters);
  }

  async list<T extends Document>(partition: string, page: Page): Promise<Stored<T>[]> {
    checkPartition(partition);
    checkLimit(page.limit);
    const { after = '', prefix = '', limit } = page;
    return this.#query(partition, 'c.id > @after AND STARTSWITH(c.id, @prefix)', limit, [
      { name: '@after', value: after },
      { name: '@prefix', value: prefix },
    ]);
  }

  async write(partition: string, writes: readonly Write[]): Promise<string[]> {
    checkPartition(partition);
    checkWrites(writes);
    if (writes.length === 0) return [];
    const results = await this.#batch(
      partition,
      writes.map((write) => operation(partition, write, this.#now())),
    );
    const failed = results.findIndex(isFailure);
    if (failed !== -1) throw errorOf(writes[failed]!, results[failed]!.statusCode);
    if (results.length !== writes.length)
      throw new Error('Cosmos DB returned no result for some writes of a batch');
    return results.map((result, i) => (writes[i]!.kind === 'delete' ? '' : result.eTag!));
  }

  async close(): Promise<void> {
    this.#client.dispose();
  }

  async #query<T extends Document>(
    partition: string,
    condition: string,
    limit: number,
    parameters: SqlParameter[],
  ): Promise<Stored<T>[]> {
    const query =
      `SELECT TOP ${limit} * FROM c WHERE c.pk = @pk AND ${condition} ` +
      'AND (NOT IS_DEFINED(c.expiresAt) OR c.expiresAt > @now) ORDER BY c.id';
    parameters.push({ name: '@pk', value: partition }, { name: '@now', value: this.#now() });
    const { resources } = await this.#container.items
      .query<StoredItem>({ query, parameters }, { partitionKey: partition, maxItemCount: -1 })
      .fetchAll();
    return resources.map((item) => stored<T>(item));
  }

  /** The SDK retries a throttled request, but not a batch of which one write was throttled. */
  async #batch(partition: string, operations: OperationInput[]): Promise<OperationResponse[]> {
    for (let attempt = 1; ; attempt++) {
      const { result = [] } = await this.#container.items.batch(operations, partition, {
        contentResponseOnWriteEnabled: false,
      });
      const status = result.find(isFailure)?.statusCode;
      if ((status !== 429 && status !== 449) || attempt === maxAttempts) return result;
      await sleep(Math.random() * 25 * 2 ** attempt);
    }
  }
}

function stored<T extends Document>(item: StoredItem): Stored<T> {
  return { id: item.id, value: decodeJson(item.value) as T, etag: item._etag };
}

function operation(partition: string, write: Write, now: number): OperationInput {
  const ifMatch = 'etag' in write && write.etag !== undefined ? { ifMatch: write.etag } : {};
  if (write.kind === 'delete') return { operationType: 'Delete', id: write.id, ...ifMatch };
  if (write.kind === 'increment') return increment(write);
  const { id, value, ttlSeconds } = write;
  const resourceBody: JSONObject = { id, pk: partition, value: encodeJson(value) };
  if (ttlSeconds !== undefined) {
    resourceBody.ttl = ttlSeconds;
    resourceBody.expiresAt = now + ttlSeconds * 1000;
  }
  if (write.kind === 'create') return { operationType: 'Create', resourceBody };
  if (write.kind === 'put') return { operationType: 'Upsert', resourceBody };
  return { operationType: 'Replace', id, resourceBody, ...ifMatch };
}

function increment({ id, field, by, max }: Extract<Write, { kind: 'increment' }>): OperationInput {
  const operations: PatchOperation[] = [{ op: 'incr', path: `/value/${field}`, value: by }];
  const condition = `FROM c WHERE c["value"]["${field}"] <= ${max! - by}`;
  return {
    operationType: 'Patch',
    id,
    resourceBody: max === undefined ? { operations } : { operations, condition },
  };
}

/** Whether a batch failed because of this write; the other writes of the batch have status 424. */
const isFailure = ({ statusCode }: OperationResponse) => statusCode >= 400 && statusCode !== 424;

function errorOf({ id, kind }: Write, status: number): Error {
  if (status === 409) return new StoreConflict(id, 'exists');
  if (status === 404) return new StoreConflict(id, 'missing');
  if (status === 412) return new StoreConflict(id, kind === 'increment' ? 'limit' : 'changed');
  if (status === 413) return new RangeError(`'${id}' is too large for Cosmos DB`);
  return new Error(`Cosmos DB refused a write with status ${status}`);
}

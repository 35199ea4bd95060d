import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Container,
  CosmosClient,
  type JSONObject,
  type OperationInput,
  type OperationResponse,
  type SqlParameter,
} from '@azure/cosmos';
import { decodeJson, type EncodedJson, encodeJson } from './cosmosJson.ts';
import { checkId, checkIds, checkLimit, checkPartition, checkWrites } from './limits.ts';
import { type Document, type Page, type Store, StoreConflict, type Stored, type Write } from './store.ts';

/**
 * Documents in one container of Cosmos DB, made where it is missing, as is the database. The account's default
 * consistency has to be Strong or Bounded Staleness: with less, one instance may miss what another has just
 * written. now: whole milliseconds since 1970. Throws an Error where the container has another shape.
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
          'time to live switched on without a default; delete it and it is made anew',
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
  // id is always indexed; nothing else is searched for, and indexing embeddings would cost most of a write.
  indexingPolicy: { includedPaths: [{ path: '/pk/?' }], excludedPaths: [{ path: '/*' }] },
};

/** A document as it is kept. `ttl` lets the service remove it; `expiresAt` (ms) is exact to the moment. */
interface Item {
  id: string;
  pk: string;
  value: EncodedJson;
  ttl?: number;
  expiresAt?: number;
}
type KeptItem = Item & { _etag: string };

const tries = 9;

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
    const { resource } = await this.#container.item(id, partition).read<KeptItem>();
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
    const failed = results.findIndex(isCause);
    if (failed !== -1) throw failure(writes[failed]!, results[failed]!.statusCode);
    if (results.length !== writes.length) throw new Error('Cosmos DB did not say what became of a batch');
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
      .query<KeptItem>({ query, parameters }, { partitionKey: partition, maxItemCount: -1 })
      .fetchAll();
    return resources.map((item) => stored<T>(item));
  }

  /** The SDK tries a throttled request again; a batch throttled at one of its writes is a success to it. */
  async #batch(partition: string, operations: OperationInput[]): Promise<OperationResponse[]> {
    for (let attempt = 1; ; attempt++) {
      const { result = [] } = await this.#container.items.batch(operations, partition, {
        contentResponseOnWriteEnabled: false,
      });
      const status = result.find(isCause)?.statusCode;
      if ((status !== 429 && status !== 449) || attempt === tries) return result;
      await sleep(Math.random() * 25 * 2 ** attempt);
    }
  }
}

function stored<T extends Document>(item: KeptItem): Stored<T> {
  return { id: item.id, value: decodeJson(item.value) as T, etag: item._etag };
}

function operation(partition: string, write: Write, now: number): OperationInput {
  const ifMatch = 'etag' in write && write.etag !== undefined ? { ifMatch: write.etag } : {};
  if (write.kind === 'delete') return { operationType: 'Delete', id: write.id, ...ifMatch };
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

/** The write that a batch failed at; the others of the batch answer 424. */
const isCause = ({ statusCode }: OperationResponse) => statusCode >= 400 && statusCode !== 424;

function failure({ id }: Write, status: number): Error {
  if (status === 409) return new StoreConflict(id, 'exists');
  if (status === 404) return new StoreConflict(id, 'missing');
  if (status === 412) return new StoreConflict(id, 'changed');
  if (status === 413) return new RangeError(`'${id}' is too large for Cosmos DB`);
  return new Error(`Cosmos DB answered ${status} to a write`);
}

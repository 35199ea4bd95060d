import type { Readable } from 'node:stream';
import { BlobServiceClient, RestError } from '@azure/storage-blob';
import { retryOptions } from './retryOptions.ts';

/** Blobs of one container. A name may contain '/'. */
export interface Blobs {
  /** Writes or replaces a blob. It appears whole or not at all. */
  put(name: string, content: Uint8Array | Readable): Promise<void>;
  /** Returns undefined where there is no such blob. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** As get, without the whole blob in memory. */
  stream(name: string): Promise<Readable | undefined>;
  /** In name order. */
  list(prefix: string): AsyncIterable<string>;
  /** Does nothing where there is no such blob. */
  delete(name: string): Promise<void>;
}

/** A put of a stream has at most two blocks in memory. */
const blockBytes = 4 * 2 ** 20;
const blocksAtOnce = 2;

/**
 * A container of an Azure Storage account or of Azurite. The first put creates it where it is missing.
 * Throws Error where the connection string is malformed.
 */
export function openBlobs(connectionString: string, container: string): Blobs {
  const client = BlobServiceClient.fromConnectionString(connectionString, {
    retryOptions,
  }).getContainerClient(container);
  let created: Promise<unknown> | undefined;

  const ensureContainer = async () => {
    created ??= client.createIfNotExists();
    await created.catch((error: unknown) => {
      created = undefined;
      throw error;
    });
  };
  const download = (name: string) =>
    unlessMissing(async () => {
      const response = await client.getBlobClient(name).download(0, undefined, { maxRetryRequests: 3 });
      return { content: response.readableStreamBody as Readable, length: response.contentLength! };
    });

  return {
    async put(name, content) {
      await ensureContainer();
      const blob = client.getBlockBlobClient(name);
      if (content instanceof Uint8Array) {
        await blob.uploadData(content, {
          blockSize: blockBytes,
          maxSingleShotSize: blockBytes,
          concurrency: blocksAtOnce,
        });
      } else await blob.uploadStream(content, blockBytes, blocksAtOnce);
    },
    async get(name) {
      const blob = await download(name);
      if (blob === undefined) return undefined;
      const bytes = new Uint8Array(blob.length);
      let length = 0;
      for await (const chunk of blob.content as AsyncIterable<Uint8Array>) {
        bytes.set(chunk, length);
        length += chunk.length;
      }
      return bytes;
    },
    stream: async (name) => (await download(name))?.content,
    async *list(prefix) {
      const names = client.listBlobsFlat({ prefix });
      for (;;) {
        const next = await unlessMissing(() => names.next());
        if (next === undefined || next.done) return;
        yield next.value.name;
      }
    },
    async delete(name) {
      await unlessMissing(() => client.getBlobClient(name).delete());
    },
  };
}

/** Returns undefined where the blob or its container does not exist. */
async function unlessMissing<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw error;
  }
}

import { createHash, type Hash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { recognitionModels } from '../modelNames.ts';
import { OperationFailure } from './operations.ts';

/**
 * A snapshot is a manifest and a gzip file of JSON lines, one entry a line: a face of a list, or a person with all its
 * faces.
 */
const face = z.object({ id: z.uuid(), userData: z.string().optional(), embedding: z.base64() });
const person = z.object({
  id: z.uuid(),
  name: z.string().optional(),
  userData: z.string().optional(),
  faces: z.array(face),
});
const entry = z.union([z.object({ person }), z.object({ face })]);
export type SnapshotEntry = z.infer<typeof entry>;
export type FaceEntry = z.infer<typeof face>;

export const snapshotManifest = z.object({
  format: z.literal(1),
  type: z.enum(['FaceList', 'LargeFaceList', 'PersonGroup', 'LargePersonGroup']),
  name: z.string(),
  userData: z.string().optional(),
  recognitionModel: z.enum(recognitionModels),
  persons: z.int().nonnegative(),
  faces: z.int().nonnegative(),
  /** The checksum of the gzip file. */
  sha256: z.string().length(64),
  /**
   * Of the gallery in the snapshot, absent where there is none: when its training was requested and when it succeeded,
   * in ms since 1970, and the checksum of its manifest.
   */
  training: z
    .object({ createdAt: z.number(), lastSuccessAt: z.number(), sha256: z.string().length(64) })
    .optional(),
});
export type SnapshotManifest = z.infer<typeof snapshotManifest>;

/** Compresses entries as a stream; a few are in memory at a time. `sha256` may be called once the stream has ended. */
export function writeEntries(entries: AsyncIterable<SnapshotEntry>): {
  stream: Readable;
  sha256: () => string;
} {
  const hash = createHash('sha256');
  const lines = Readable.from(linesOf(entries));
  const gzip = createGzip({ level: 1 });
  const stream = hashing(hash);
  pipeline(lines, gzip, stream).catch((error: Error) => stream.destroy(error));
  return { stream, sha256: () => hash.digest('hex') };
}

/**
 * Reads a stream to its end and compares its checksum, so that no entry of a damaged or truncated file is used.
 * tick: called after each chunk. Throws OperationFailure.
 */
export async function verifyChecksum(
  stream: Readable,
  sha256: string,
  tick: () => Promise<void>,
): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    await tick();
  }
  if (hash.digest('hex') !== sha256) throw damagedSnapshot();
}

/** Decompresses a stream and passes its entries on, one after another. */
export async function readEntries(
  stream: Readable,
  use: (entry: SnapshotEntry) => Promise<void>,
): Promise<void> {
  await pipeline(stream, createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const line of splitLines(chunks)) await use(entry.parse(JSON.parse(line)));
  });
}

export const damagedSnapshot = () =>
  new OperationFailure('The snapshot is damaged: its checksum does not match.');

async function* linesOf(entries: AsyncIterable<SnapshotEntry>): AsyncGenerator<string> {
  for await (const each of entries) yield `${JSON.stringify(each)}\n`;
}

/** Passes data through unchanged and updates the hash with it. */
function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)]).toString();
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
}

import { createHash, type Hash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { recognitionModels } from '../modelNames.ts';
import { OperationFailure } from './operations.ts';

/** The members of a snapshot: JSON lines, compressed. A line is a face of a list, or a person with all its faces. */

const face = z.object({ id: z.uuid(), userData: z.string().optional(), embedding: z.base64() });
const person = z.object({
  id: z.uuid(),
  name: z.string(),
  userData: z.string().optional(),
  faces: z.array(face),
});
const line = z.union([z.object({ person }), z.object({ face })]);
export type SnapshotEntry = z.infer<typeof line>;
export type FaceEntry = z.infer<typeof face>;

export const manifest = z.object({
  format: z.literal(1),
  type: z.enum(['FaceList', 'LargeFaceList', 'PersonGroup', 'LargePersonGroup']),
  name: z.string(),
  userData: z.string().optional(),
  recognitionModel: z.enum(recognitionModels),
  persons: z.int().nonnegative(),
  faces: z.int().nonnegative(),
  sha256: z.string().length(64),
  /**
   * When the gallery beside it was trained and asked for, in ms since 1970, and the checksum of its manifest; absent
   * where there is none.
   */
  training: z
    .object({ createdAt: z.number(), lastSuccessAt: z.number(), sha256: z.string().length(64) })
    .optional(),
});
export type Manifest = z.infer<typeof manifest>;

/** Compresses lines as a stream; `sha256` is known once it has ended. Memory: a few lines. */
export function writeEntries(lines: AsyncIterable<SnapshotEntry>): {
  stream: Readable;
  sha256: () => string;
} {
  const hash = createHash('sha256');
  const text = Readable.from(texts(lines));
  const gzip = createGzip({ level: 1 });
  const stream = tap(hash);
  pipeline(text, gzip, stream).catch((error: Error) => stream.destroy(error));
  return { stream, sha256: () => hash.digest('hex') };
}

/**
 * Reads a blob to its end for its checksum. Nothing is made of one that is damaged or cut short, whatever its lines
 * would say. tick: called between its parts. Throws OperationFailure.
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
  if (hash.digest('hex') !== sha256) throw damaged();
}

/** Reads the lines of a whole blob as they come. */
export async function readEntries(
  stream: Readable,
  each: (line: SnapshotEntry) => Promise<void>,
): Promise<void> {
  await pipeline(stream, createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const text of split(chunks)) await each(line.parse(JSON.parse(text)));
  });
}

export const damaged = () => new OperationFailure('The snapshot is damaged: its checksum does not hold.');

async function* texts(lines: AsyncIterable<SnapshotEntry>): AsyncGenerator<string> {
  for await (const each of lines) yield `${JSON.stringify(each)}\n`;
}

function tap(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

async function* split(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
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

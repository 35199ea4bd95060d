import { decodeEmbedding } from '../embedding.ts';
import { similarity } from './similarity.ts';

/** A face of a gallery; personId where the gallery holds persons. Ids are UUIDs. */
export interface Member {
  faceId: string;
  personId?: string;
  /** Stored form of the embedding (shared/embedding.ts). */
  embedding: Uint8Array;
}

/** A part of a gallery in memory: row i of `embeddings` belongs to face i. */
export interface Shard {
  faces: number;
  dimension: number;
  embeddings: Float32Array;
  /** 16 bytes an id. */
  faceIds: Uint8Array;
  personIds: Uint8Array | undefined;
}

export interface Hit {
  faceId: string;
  personId?: string;
  similarity: number;
}

/**
 * Packs members of one recognition model: 16 bytes of faceId each, then 16 of personId each where they are
 * persons' faces, then the embeddings as they are stored. The faces of a person stand side by side.
 */
export function packShard(members: readonly Member[]): Uint8Array {
  const ids = members.map((member) => uuidBytes(member.faceId));
  const persons = members.flatMap((member) =>
    member.personId === undefined ? [] : [uuidBytes(member.personId)],
  );
  return Buffer.concat([...ids, ...persons, ...members.map((member) => member.embedding)]);
}

/** The inverse of packShard. Throws RangeError where the bytes are not `faces` members of `dimension` numbers. */
export function unpackShard(
  bytes: Uint8Array,
  shape: { faces: number; dimension: number; persons: boolean },
): Shard {
  const { faces, dimension, persons } = shape;
  const idBytes = faces * 16;
  const start = persons ? 2 * idBytes : idBytes;
  if (bytes.length !== start + faces * dimension * 2)
    throw new RangeError(`a shard of ${bytes.length} bytes`);
  return {
    faces,
    dimension,
    embeddings: decodeEmbedding(bytes.subarray(start)),
    faceIds: bytes.slice(0, idBytes),
    personIds: persons ? bytes.slice(idBytes, start) : undefined,
  };
}

/** Bytes that a shard holds in memory. */
export const shardSize = (shard: Shard) =>
  shard.embeddings.byteLength + shard.faceIds.byteLength + (shard.personIds?.byteLength ?? 0);

/**
 * The hits of `probe` in a shard with a similarity of at least `minimum`, without the faces in `without`, in no
 * order: every face, or where the shard holds persons the best face of each.
 */
export function scanShard(
  shard: Shard,
  probe: Float32Array,
  minimum: number,
  without: ReadonlySet<string>,
): Hit[] {
  const { faces, dimension, embeddings, faceIds, personIds } = shard;
  const hits: Hit[] = [];
  for (let i = 0; i < faces; i++) {
    const s = similarity(probe, embeddings.subarray(i * dimension, (i + 1) * dimension));
    if (!(s >= minimum)) continue;
    const faceId = uuidText(faceIds, i);
    if (without.has(faceId)) continue;
    if (!personIds) {
      hits.push({ faceId, similarity: s });
      continue;
    }
    const personId = uuidText(personIds, i);
    const last = hits.at(-1);
    if (last?.personId !== personId) hits.push({ faceId, personId, similarity: s });
    else if (s > last.similarity) hits[hits.length - 1] = { faceId, personId, similarity: s };
  }
  return hits;
}

/** Best first; equal ones by id, so that the order never depends on where a face lies. */
export const byRank = (a: Hit, b: Hit) =>
  b.similarity - a.similarity || compare(a.personId ?? a.faceId, b.personId ?? b.faceId);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const uuidBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');

function uuidText(ids: Uint8Array, i: number): string {
  const hex = Buffer.from(ids.buffer, ids.byteOffset + i * 16, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

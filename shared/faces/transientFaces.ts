import { randomUUID } from 'node:crypto';
import { decodeEmbedding } from '../embedding.ts';
import { badArgument, FaceError } from '../errors.ts';
import type { RecognitionModel } from '../modelNames.ts';
import type { Store } from '../storage/store.ts';

/** A detected face as it is kept under its faceId. A type, not an interface: a Document has an index signature. */
type FaceDocument = { embedding: Uint8Array; recognitionModel: RecognitionModel };

/** Detected faces of one recognition model. */
export interface StoredFaces {
  recognitionModel: RecognitionModel;
  /** In the order of the faceIds asked for. */
  embeddings: Float32Array[];
}

/** How long a faceId lives, in seconds. */
export const timeToLive = { min: 60, max: 86_400, default: 86_400 } as const;

/** Keeps up to 100 embeddings, all or none; answers their new faceIds in order. subscription: its id. */
export async function storeFaces(
  store: Store,
  subscription: string,
  embeddings: readonly Uint8Array[],
  recognitionModel: RecognitionModel,
  ttlSeconds: number,
): Promise<string[]> {
  const faceIds = embeddings.map(() => randomUUID() as string);
  if (faceIds.length === 0) return [];
  await store.write(
    partitionOf(subscription),
    embeddings.map((embedding, i) => {
      const value: FaceDocument = { embedding, recognitionModel };
      return { kind: 'create', id: faceIds[i]!, value, ttlSeconds };
    }),
  );
  return faceIds;
}

/**
 * Reads 1 to 1,001 faces; a faceId may come twice. Throws FaceError FaceNotFound with `missingStatus` where one is
 * unknown or expired, 400 BadArgument where their recognition models differ.
 */
export async function readFaces(
  store: Store,
  subscription: string,
  faceIds: readonly string[],
  missingStatus = 400,
): Promise<StoredFaces> {
  const found = new Map<string, FaceDocument>();
  const wanted = [...new Set(faceIds)];
  for (let i = 0; i < wanted.length; i += pageSize) {
    const page = await store.getMany<FaceDocument>(partitionOf(subscription), wanted.slice(i, i + pageSize));
    for (const { id, value } of page) found.set(id, value);
  }
  if (found.size < wanted.length) throw new FaceError(missingStatus, 'FaceNotFound', 'Face is not found.');
  const faces = faceIds.map((id) => found.get(id)!);
  const { recognitionModel, embedding } = faces[0]!;
  // Lengths differ within a model after its network was replaced.
  const compatible = faces.every(
    (face) => face.recognitionModel === recognitionModel && face.embedding.length === embedding.length,
  );
  if (!compatible) throw incompatible();
  return { recognitionModel, embeddings: faces.map((face) => decodeEmbedding(face.embedding)) };
}

export const incompatible = () => badArgument("'recognitionModel' is incompatible.");

const partitionOf = (subscription: string) => `${subscription}/faces`;
const pageSize = 1_000;

import { randomUUID } from 'node:crypto';
import type { Collection } from '../collections/collectionDeps.ts';
import { decodeEmbedding } from '../embedding.ts';
import { incompatibleModels } from '../errors.ts';
import type { RecognitionModel } from '../modelNames.ts';
import type { Store } from '../storage/store.ts';

/** A detected face as it is stored under its faceId. A type, not an interface: a Document has an index signature. */
type FaceDocument = { embedding: Uint8Array; recognitionModel: RecognitionModel };

/** Detected faces of one recognition model. */
export interface StoredFaces {
  recognitionModel: RecognitionModel;
  /** In the order of the requested faceIds. */
  embeddings: Float32Array[];
}

/** The time to live of a faceId in seconds. */
export const timeToLive = { min: 60, max: 86_400, default: 86_400 } as const;

/** Stores up to 100 embeddings, all or none, and returns their new faceIds in the same order. subscription: its id. */
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
 * Reads 1 to 1,001 faces; a faceId may occur twice. Returns undefined where one of them is unknown or expired.
 * Throws FaceError 400 BadArgument where their recognition models differ.
 */
export async function readFaces(
  store: Store,
  subscription: string,
  faceIds: readonly string[],
): Promise<StoredFaces | undefined> {
  const found = new Map<string, FaceDocument>();
  const uniqueIds = [...new Set(faceIds)];
  for (let i = 0; i < uniqueIds.length; i += pageSize) {
    const page = await store.getMany<FaceDocument>(
      partitionOf(subscription),
      uniqueIds.slice(i, i + pageSize),
    );
    for (const { id, value } of page) found.set(id, value);
  }
  if (found.size < uniqueIds.length) return undefined;
  const faces = faceIds.map((id) => found.get(id)!);
  const { recognitionModel, embedding } = faces[0]!;
  // Lengths differ within a model after its network was replaced.
  const compatible = faces.every(
    (face) => face.recognitionModel === recognitionModel && face.embedding.length === embedding.length,
  );
  if (!compatible) throw incompatibleModels();
  return { recognitionModel, embeddings: faces.map((face) => decodeEmbedding(face.embedding)) };
}

/** As readFaces, for a comparison with a collection. Throws also where its recognition model differs from the faces'. */
export async function readProbes(
  store: Store,
  { owner, record }: Collection,
  faceIds: readonly string[],
): Promise<StoredFaces | undefined> {
  const faces = await readFaces(store, owner.id, faceIds);
  if (faces && faces.recognitionModel !== record.recognitionModel) throw incompatibleModels();
  return faces;
}

const partitionOf = (subscription: string) => `${subscription}/faces`;
const pageSize = 1_000;

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { nearestCentre } from '../fit/data/lfw.ts';
import { FaceError } from '../shared/errors.ts';
import type { AnalysedFace, Analysis, Vision } from '../shared/vision/vision.ts';

/** Photographs without a face are absent. */
export type StoredEmbeddings = ReadonlyMap<string, Uint8Array>;

/** The stored embedding of the person that each photograph is of, the face nearest its centre. */
export async function embedMainFaces(
  vision: Vision,
  files: readonly string[],
  analysis: Analysis,
): Promise<StoredEmbeddings> {
  const embeddings = new Map<string, Uint8Array>();
  await analyseAll(vision, files, analysis, (file, faces) => {
    const main = nearestCentre(faces);
    if (main) embeddings.set(file, main.embedding!);
  });
  return embeddings;
}

/** Analyses photographs, as many at a time as keep every worker thread busy. One that does not decode has no face. */
export async function analyseAll(
  vision: Vision,
  files: readonly string[],
  analysis: Analysis,
  onFaces: (file: string, faces: AnalysedFace[]) => void,
): Promise<void> {
  const waiting = files.values();
  const lane = async () => {
    for (const file of waiting)
      onFaces(file, await vision.analyse(await readFile(file), analysis).catch(noFaces));
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, lane));
}

function noFaces(error: unknown): AnalysedFace[] {
  if (error instanceof FaceError && error.code === 'InvalidImage') return [];
  throw error;
}

import { similarity } from '../../shared/matching/similarity.ts';
import type { Calibration } from '../../shared/modelNames.ts';
import { sortedQuantile } from '../math/statistics.ts';
import type { EmbeddedFace } from './embeddings.ts';

/** The false accept rate, over all pairs of two people, at the similarity of each confidence. */
const falseAcceptRates = [
  [0, 0.9999],
  [0.09, 0.5],
  [0.19, 0.1],
  [0.34, 1e-2],
  [0.5, 1e-3],
  [0.6, 1e-4],
] as const;

/** The share of pairs of one person that reach the similarity of each confidence. */
const trueAcceptRates = [
  [0.8, 0.5],
  [0.92, 0.05],
] as const;

/** Similarities of every two faces, rising. */
export interface PairSimilarities {
  /** Of different people. */
  impostors: Float32Array;
  /** Of one person. */
  genuine: Float32Array;
}

export function pairSimilarities(faces: readonly EmbeddedFace[]): PairSimilarities {
  const total = (faces.length * (faces.length - 1)) / 2;
  const impostors = new Float32Array(total);
  const genuine = new Float32Array(total);
  let [others, same] = [0, 0];
  for (const [i, a] of faces.entries())
    for (let j = 0; j < i; j++) {
      const b = faces[j]!;
      const value = similarity(a.embedding, b.embedding);
      if (a.person === b.person) genuine[same++] = value;
      else impostors[others++] = value;
    }
  return { impostors: impostors.slice(0, others).sort(), genuine: genuine.slice(0, same).sort() };
}

/**
 * Similarity → confidence through quantiles of both distributions, similarities to four decimals. Throws an Error
 * where the data is too small for the points to rise.
 */
export function calibrationPoints({ impostors, genuine }: PairSimilarities): Calibration {
  const points = [
    ...falseAcceptRates.map(
      ([confidence, rate]) => [sortedQuantile(impostors, 1 - rate), confidence] as const,
    ),
    ...trueAcceptRates.map(([confidence, rate]) => [sortedQuantile(genuine, 1 - rate), confidence] as const),
  ].map(([value, confidence]) => [Number(value.toFixed(4)), confidence] as const);
  const calibration: Calibration = [...points, [1, 1]];
  if (!calibration.every(([value], i) => i === 0 || value > calibration[i - 1]![0]))
    throw new Error(
      `The ${impostors.length} pairs of two people and ${genuine.length} of one are too few to calibrate on.`,
    );
  return calibration;
}

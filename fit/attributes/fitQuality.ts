import { similarity } from '../../shared/matching/similarity.ts';
import { type QualityFactors, shortcomingsOf } from '../../shared/vision/attributes/recognitionQuality.ts';
import { personOf } from '../data/lfw.ts';
import { fitLinear } from '../math/linear.ts';
import { mean } from '../math/statistics.ts';

/** A face with its embedding by recognition_02 and the factors of its quality. */
export interface RatedFace {
  photograph: string;
  /** Neither degraded nor drawn on. */
  unaltered: boolean;
  embedding: Float32Array;
  factors: QualityFactors;
}

/**
 * How much similarity each shortcoming costs, by the mean similarity of faces, altered or not, to other unaltered
 * photographs of the same person. A face that is expected to keep 85 % of a flawless one's similarity is of high
 * quality, one that keeps 60 % of medium.
 */
export function fitQuality(faces: readonly RatedFace[]) {
  const people = new Map<string, RatedFace[]>();
  for (const face of faces) {
    const person = personOf(face.photograph);
    people.set(person, [...(people.get(person) ?? []), face]);
  }
  const rows: number[][] = [];
  const losses: number[] = [];
  for (const samePerson of people.values())
    for (const face of samePerson) {
      const others = samePerson.filter(
        ({ photograph, unaltered }) => unaltered && photograph !== face.photograph,
      );
      if (others.length === 0) continue;
      const similarities = others.slice(0, 8).map((other) => similarity(face.embedding, other.embedding));
      rows.push(shortcomingsOf(face.factors));
      losses.push(-mean(similarities));
    }
  const line = fitLinear(rows, losses, { ridge: 1e-4, nonNegative: true });
  const offset = -line.at(-1)!;
  return { offset, weights: line.slice(0, -1), medium: 0.6 * offset, high: 0.85 * offset };
}

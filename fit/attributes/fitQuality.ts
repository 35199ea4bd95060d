import { similarity } from '../../shared/matching/similarity.ts';
import { shortcomingsOf } from '../../shared/vision/attributes/recognitionQuality.ts';
import { personOf } from '../data/lfw.ts';
import { fitLinear } from '../math/linear.ts';

/** A face as it is or changed, and what is wrong with it. */
export interface Rated {
  photograph: string;
  asItIs: boolean;
  embedding: Float32Array;
  findings: Parameters<typeof shortcomingsOf>[0];
}

/**
 * What each shortcoming costs: the similarity of changed faces to other photographs, as they are, of the same people.
 * A face that is expected to keep most of a flawless one's similarity is of high quality, one that keeps more than
 * half of medium.
 */
export function fitQuality(rated: readonly Rated[]) {
  const people = new Map<string, Rated[]>();
  for (const one of rated) {
    const person = personOf(one.photograph);
    people.set(person, [...(people.get(person) ?? []), one]);
  }
  const rows: number[][] = [];
  const losses: number[] = [];
  for (const faces of people.values())
    for (const face of faces) {
      const others = faces.filter(({ photograph, asItIs }) => asItIs && photograph !== face.photograph);
      if (others.length === 0) continue;
      const mean =
        others.slice(0, 8).reduce((sum, other) => sum + similarity(face.embedding, other.embedding), 0) /
        Math.min(8, others.length);
      rows.push(shortcomingsOf(face.findings));
      losses.push(-mean);
    }
  const line = fitLinear(rows, losses, { ridge: 1e-4, nonNegative: true });
  const offset = -line.at(-1)!;
  return { offset, weights: line.slice(0, -1), medium: 0.6 * offset, high: 0.85 * offset };
}

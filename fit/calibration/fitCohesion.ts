import { averageLinkage, type Cohesion, similarityMatrix } from '../../shared/matching/clustering.ts';
import { similarityFor } from '../../shared/matching/confidence.ts';
import type { Calibration } from '../../shared/modelNames.ts';
import { fitLinear } from '../math/linear.ts';
import { addPairs, noPairs, pairScores } from '../math/pairCounts.ts';
import type { EmbeddedFace } from './embeddings.ts';
import { drawGalleries, gallerySizes } from './galleries.ts';

/** The confidence at which two faces alone are grouped. */
const least = 0.5;

/** Candidates for the mean confidence that the pairs between two clusters need. */
const candidates = Array.from({ length: 26 }, (_, i) => least + i / 100);

/** F1 within this of the best counts as equal. */
const asGood = 0.005;

/** One recognition model: faces by person, and its calibration. */
export interface Album {
  faces: readonly (readonly EmbeddedFace[])[];
  calibration: Calibration;
}

/** A line through the confidences of the highest pairwise F1 for galleries of these numbers of faces. */
export async function fitCohesion(album: Album, sizes: readonly number[] = gallerySizes): Promise<Cohesion> {
  const best: number[] = [];
  for (const size of sizes) best.push(middleOfBest(await scoresByCandidate(album, size)));
  console.error(`cohesion: ${sizes.map((size, i) => `${size} faces ${best[i]!.toFixed(3)}`).join(', ')}`);
  const line = fitLinear(
    sizes.map((size) => [Math.log10(size)]),
    best,
  );
  const [perDecade, offset] = line.map((value) => Number(value.toFixed(3)));
  return { least, offset: offset!, perDecade: perDecade! };
}

/** Pairwise F1 over galleries of one size, by candidate. */
async function scoresByCandidate({ faces, calibration }: Album, size: number): Promise<number[]> {
  const counts = candidates.map(() => noPairs);
  for (const gallery of drawGalleries(faces, size)) {
    const matrix = await similarityMatrix(gallery.map(({ embedding }) => embedding));
    const persons = gallery.map(({ person }) => person);
    for (const [c, confidence] of candidates.entries()) {
      const threshold = similarityFor(calibration, confidence);
      const clusters = await averageLinkage(matrix.slice(), gallery.length, threshold);
      counts[c] = addPairs(counts[c]!, clusters, persons);
    }
  }
  return counts.map((one) => pairScores(one).f1);
}

/** The middle of the candidates around the best that are as good as it. */
function middleOfBest(scores: readonly number[]): number {
  const top = scores.indexOf(Math.max(...scores));
  const good = (i: number) => scores[i] !== undefined && scores[i] >= scores[top]! - asGood;
  let [from, to] = [top, top];
  while (good(from - 1)) from--;
  while (good(to + 1)) to++;
  return (candidates[from]! + candidates[to]!) / 2;
}

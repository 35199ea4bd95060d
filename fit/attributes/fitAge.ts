import { type Labels, sideOf } from '../data/labels.ts';
import { personOf } from '../data/lfw.ts';
import { fitLinear } from '../math/linear.ts';
import type { Seen } from './collect.ts';

/** Most photographs of LFW are of these years. */
export const photographed = 2003;

/** What the networks say about the age of a face. */
const ageOpinions = ({ said }: Seen) => [said.ageTight, said.age];

/** Photographs of people who were older are from their archives. */
export const oldest = 90;

interface Aged {
  row: number;
  years: number;
}

/** Photographs as they are of people whose year of birth is known. */
function aged(seen: readonly Seen[], labels: Labels): Aged[] {
  return seen.flatMap((sample, row) => {
    const born = labels.born.get(personOf(sample.photograph));
    if (born === undefined || photographed - born > oldest || sample.overlay || sample.degraded) return [];
    return [{ row, years: photographed - born }];
  });
}

/** Weights of the opinions, on people who are not judged; photographs of one person count for less, the more there are. */
export function fitAge(seen: readonly Seen[], labels: Labels) {
  const known = aged(seen, labels).filter(({ row }) => sideOf(seen[row]!.photograph) !== 'judge');
  const counts = new Map<string, number>();
  for (const { row } of known) {
    const person = personOf(seen[row]!.photograph);
    counts.set(person, (counts.get(person) ?? 0) + 1);
  }
  const weights = fitLinear(
    known.map(({ row }) => ageOpinions(seen[row]!)),
    known.map(({ years }) => years),
    { ridge: 1e-3, importance: (i) => 1 / Math.sqrt(counts.get(personOf(seen[known[i]!.row]!.photograph))!) },
  );
  return { weights: weights.slice(0, -1), offset: weights.at(-1)! };
}

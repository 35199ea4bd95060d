import { type Labels, sideOf } from '../data/labels.ts';
import { personOf } from '../data/lfw.ts';
import { fitLinear } from '../math/linear.ts';
import type { SampleRecord } from './sampleSet.ts';

/** Most photographs of LFW were taken about this year. */
export const yearTaken = 2003;

/** The age of a face in years by two networks. */
const predictedAges = ({ predictions: { tightAge, age } }: SampleRecord) => [tightAge, age];

/** People who would have been older are shown in photographs of earlier years. */
export const oldest = 90;

interface KnownAge {
  row: number;
  years: number;
}

/** Unaltered photographs of people whose year of birth is known. */
function knownAges(samples: readonly SampleRecord[], labels: Labels): KnownAge[] {
  return samples.flatMap((sample, row) => {
    const born = labels.born.get(personOf(sample.photograph));
    if (born === undefined || yearTaken - born > oldest || sample.overlay || sample.degraded) return [];
    return [{ row, years: yearTaken - born }];
  });
}

/**
 * Weights of the two predictions, over people who are not judged by. The photographs of a person with n count 1/√n
 * each.
 */
export function fitAge(samples: readonly SampleRecord[], labels: Labels) {
  const known = knownAges(samples, labels).filter(({ row }) => sideOf(samples[row]!.photograph) !== 'judge');
  const counts = new Map<string, number>();
  for (const { row } of known) {
    const person = personOf(samples[row]!.photograph);
    counts.set(person, (counts.get(person) ?? 0) + 1);
  }
  const weights = fitLinear(
    known.map(({ row }) => predictedAges(samples[row]!)),
    known.map(({ years }) => years),
    {
      ridge: 1e-3,
      importance: (i) => 1 / Math.sqrt(counts.get(personOf(samples[known[i]!.row]!.photograph))!),
    },
  );
  return { weights: weights.slice(0, -1), offset: weights.at(-1)! };
}

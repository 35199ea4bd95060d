/** Pairs of faces in clusterings, by whether they are put together and whether they are of one person. */
export interface PairCounts {
  together: number;
  togetherRightly: number;
  samePerson: number;
}

export const noPairs: PairCounts = { together: 0, togetherRightly: 0, samePerson: 0 };

/** Adds the pairs of one clustering. clusters: positions in `persons`; one of a single face has no pairs. */
export function addPairs(
  counts: PairCounts,
  clusters: readonly (readonly number[])[],
  persons: readonly string[],
): PairCounts {
  const rightly = clusters.map((members) => samePersonPairs(members.map((i) => persons[i]!)));
  return {
    together: counts.together + sum(clusters.map(({ length }) => pairsOf(length))),
    togetherRightly: counts.togetherRightly + sum(rightly),
    samePerson: counts.samePerson + samePersonPairs(persons),
  };
}

/** Pairwise precision, recall and their harmonic mean, F1. */
export function pairScores({ together, togetherRightly, samePerson }: PairCounts) {
  const precision = togetherRightly / together;
  const recall = togetherRightly / samePerson;
  return { precision, recall, f1: (2 * togetherRightly) / (together + samePerson) };
}

function samePersonPairs(persons: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const person of persons) counts.set(person, (counts.get(person) ?? 0) + 1);
  return sum([...counts.values()].map(pairsOf));
}

const pairsOf = (faces: number) => (faces * (faces - 1)) / 2;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

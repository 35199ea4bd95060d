import { byPerson } from '../data/lfw.ts';
import { Random } from '../math/random.ts';

/** Numbers of faces of the galleries that grouping is fitted on and measured by. */
export const gallerySizes = [20, 60, 200, 600, 1000] as const;

interface Mixture {
  /** Share of faces of people who are seen once. */
  once: number;
  /** Most photographs of one person. */
  most: number;
}

/** Galleries as an album, a conference and a street have them. */
const mixtures: readonly Mixture[] = [
  { once: 0.1, most: 20 },
  { once: 0.3, most: 10 },
  { once: 0.3, most: 3 },
  { once: 0.5, most: 5 },
  { once: 0.7, most: 3 },
];

/** A small gallery says little, so more of them are drawn. */
const drawsOf = (size: number) => Math.max(2, Math.min(8, Math.round(600 / size)));

/**
 * Photographs to draw galleries from, by person: people with several photographs, at most 20 of each, until there are
 * about 1,500 photographs; and 700 people with one. The same for the same files.
 */
export function choosePeople(files: readonly string[]): string[][] {
  const everyone = [...byPerson(files).values()].map((list) => list.slice(0, 20));
  const people = new Random(1).shuffled(everyone);
  let count = 0;
  const several = people.filter(({ length }) => {
    const taken = length > 1 && count < 1500;
    if (taken) count += length;
    return taken;
  });
  return [...several, ...people.filter(({ length }) => length === 1).slice(0, 700)];
}

/** Galleries of a size in every mixture. album: the faces of each person, at least one. */
export function* drawGalleries<Face>(album: readonly (readonly Face[])[], size: number): Generator<Face[]> {
  for (const mixture of mixtures)
    for (let draw = 0; draw < drawsOf(size); draw++)
      yield drawGallery(album, size, mixture, new Random(1000 * size + draw));
}

function drawGallery<Face>(
  album: readonly (readonly Face[])[],
  size: number,
  { once, most }: Mixture,
  random: Random,
): Face[] {
  const gallery: Face[] = [];
  const strangers: Face[] = [];
  const several = Math.round(size * (1 - once));
  for (const faces of random.shuffled(album)) {
    const wanted = Math.min(
      faces.length,
      2 + Math.floor(random.unit() * (most - 1)),
      several - gallery.length,
    );
    if (wanted > 1) gallery.push(...random.shuffled(faces).slice(0, wanted));
    else strangers.push(faces[0]!);
  }
  return random.shuffled([...gallery, ...strangers.slice(0, size - gallery.length)]);
}

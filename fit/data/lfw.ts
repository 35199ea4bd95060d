import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Rectangle } from '../../shared/vision/geometry.ts';
import { readText } from './textFile.ts';

/** Two photographs of Labeled Faces in the Wild (Huang et al. 2007): of one person, or of two. */
export interface Pair {
  first: string;
  second: string;
  same: boolean;
  fold: number;
}

/** Every photograph of a data folder: NAME/NAME_0001.jpg, in it or in its `images`. Paths, sorted. */
export function photographs(folder: string): string[] {
  const images = imagesOf(folder);
  const list = readdirSync(images, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) =>
      readdirSync(join(images, name))
        .sort()
        .filter((file) => file.endsWith('.jpg'))
        .map((file) => join(images, name, file)),
    );
  if (list.length === 0) throw new Error(`${images} holds no photographs NAME/NAME_0001.jpg.`);
  return list;
}

/**
 * pairs.txt as LFW has it: its first line is folds and pairs a fold; then a fold's pairs of one person (name, number,
 * number) and as many of two (name, number, name, number), separated by tabs.
 */
export function readPairs(folder: string): Pair[] {
  const images = imagesOf(folder);
  const path = join(folder, 'pairs.txt');
  const [head = '', ...lines] = readText(path, 'pairs of photographs').trim().split(/\r?\n/);
  const perFold = 2 * Number(head.split('\t')[1]);
  if (!(perFold > 0)) throw new Error(`${path}, line 1: expected two numbers, folds and pairs a fold.`);
  return lines.map((line, i) => {
    const [name = '', one = '', other = '', last] = line.trim().split('\t');
    if (!other) throw new Error(`${path}, line ${i + 2}: expected three or four columns separated by tabs.`);
    const file = (person: string, number: string) =>
      join(images, person, `${person}_${number.padStart(4, '0')}.jpg`);
    return {
      first: file(name, one),
      second: last === undefined ? file(name, other) : file(other, last),
      same: last === undefined,
      fold: Math.floor(i / perFold),
    };
  });
}

/** Each photograph of the pairs once. */
export const pairedPhotographs = (pairs: readonly Pair[]) => [
  ...new Set(pairs.flatMap(({ first, second }) => [first, second])),
];

/** The name of the folder that a photograph is in. */
export const personOf = (photograph: string) => basename(dirname(photograph));

/** Photographs by person, in their order. */
export function byPerson(files: readonly string[]): Map<string, string[]> {
  const people = new Map<string, string[]>();
  for (const file of files) {
    const person = personOf(file);
    const known = people.get(person);
    if (known) known.push(file);
    else people.set(person, [file]);
  }
  return people;
}

/** The photographs of LFW are 250 x 250 pixels. */
export const lfwSize = { width: 250, height: 250 };

/** The face nearest the centre of an image, which is whom the photograph is of; undefined where there is none. */
export function nearestCentre<T extends { rectangle: Rectangle }>(
  faces: readonly T[],
  image: { width: number; height: number } = lfwSize,
): T | undefined {
  const away = ({ rectangle: { left, top, width, height } }: T) =>
    Math.hypot(left + width / 2 - image.width / 2, top + height / 2 - image.height / 2);
  return faces.toSorted((p, q) => away(p) - away(q))[0];
}

function imagesOf(folder: string): string {
  const images = join(folder, 'images');
  return existsSync(images) ? images : folder;
}
export function byEyeOf(folder: string): string {
  return folder;
}

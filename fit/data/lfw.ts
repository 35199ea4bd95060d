import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rectangle } from '../../shared/vision/types.ts';

/** What was seen by looking at photographs: the folder's by_eye.csv, or else what is known of LFW's. */
export function byEyeOf(folder: string): string {
  const own = join(folder, 'by_eye.csv');
  return existsSync(own) ? own : fileURLToPath(new URL('../fit/data/lfw_by_eye.csv', import.meta.url));
}

/** Two photographs of Labeled Faces in the Wild (Huang et al. 2007): of one person, or of two. */
export interface Pair {
  first: string;
  second: string;
  same: boolean;
  fold: number;
}

/** Every photograph under a folder of LFW: NAME/NAME_0001.jpg, in it or in its `images`. Paths, sorted. */
export function photographs(folder: string): string[] {
  const images = imagesOf(folder);
  return readdirSync(images)
    .sort()
    .flatMap((name) =>
      readdirSync(join(images, name))
        .sort()
        .filter((file) => file.endsWith('.jpg'))
        .map((file) => join(images, name, file)),
    );
}

/** pairs.txt: its first line is folds and pairs a fold; then that many of one person and that many of two. */
export function readPairs(folder: string): Pair[] {
  const images = imagesOf(folder);
  const [head = '', ...lines] = readFileSync(join(folder, 'pairs.txt'), 'utf8').trim().split('\n');
  const perFold = 2 * Number(head.split('\t')[1]);
  return lines.map((line, i) => {
    const [name = '', one = '', other = '', last] = line.trim().split('\t');
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

export const personOf = (photograph: string) => photograph.split('/').at(-2)!;

/** The face nearest the middle of a photograph of LFW, which is 250 x 250; undefined where there is none. */
export function mainOf<T extends { rectangle: Rectangle }>(faces: readonly T[]): T | undefined {
  const away = ({ rectangle: { left, top, width, height } }: T) =>
    Math.hypot(left + width / 2 - 125, top + height / 2 - 125);
  return faces.toSorted((p, q) => away(p) - away(q))[0];
}

function imagesOf(folder: string): string {
  const images = join(folder, 'images');
  return existsSync(images) ? images : folder;
}

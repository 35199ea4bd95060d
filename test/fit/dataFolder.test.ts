import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Labels } from '../../fit/data/labels.ts';
import { byPerson, photographs, readPairs } from '../../fit/data/lfw.ts';
import { Keep, withKeep } from '../../fit/keep.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fit-data-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, ...lines: string[]) =>
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
const photograph = (person: string, number: number) => {
  mkdirSync(join(folder, 'images', person), { recursive: true });
  write(`images/${person}/${person}_000${number}.jpg`, 'not a photograph');
};

const probabilities =
  'Bald,Bangs,Black_Hair,Blond_Hair,Blurry,Brown_Hair,Eyeglasses,Gray_Hair,Heavy_Makeup,Male,Mustache,No_Beard,Sideburns,Smiling,Wearing_Hat,Wearing_Lipstick';
const values = probabilities.replaceAll(/\w+/g, '0.25');
const writeLabels = () => {
  write(
    'attributes.csv',
    `image,Oval_Face,${probabilities},df_emotion,df_emotion_prob`,
    `A_B_0001.jpg,1,${values},happy,80.5`,
  );
  write('sunglasses_by_eye.txt', 'C_D_0001.jpg');
  write('hair_by_eye.csv', 'image,hair', 'A_B_0001.jpg,gray');
  write('birth_years.csv', 'person,born', 'A_B,1950');
  write('by_eye.csv', 'photograph,expression,hair,eyewear,covered');
};

describe('labels', () => {
  test('are read by the names of their columns', () => {
    writeLabels();
    const labels = new Labels(folder);
    expect(labels.attribute('x/A_B/A_B_0001.jpg', 'Male')).toBe(0.25);
    expect(labels.attribute('x/C_D/C_D_0001.jpg', 'Male')).toBeUndefined();
    expect(labels.emotion('A_B_0001.jpg')).toEqual({ name: 'happy', probability: 0.805 });
    expect(labels.sunglasses('C_D_0001.jpg')).toBe(true);
    expect(labels.hair('A_B_0001.jpg')).toBe('gray');
    expect(labels.born.get('A_B')).toBe(1950);
  });

  test.each(['attributes.csv', 'sunglasses_by_eye.txt', 'hair_by_eye.csv', 'birth_years.csv'])(
    'a missing %s is an error that names it',
    (name) => {
      writeLabels();
      rmSync(join(folder, name));
      expect(() => new Labels(folder)).toThrow(join(folder, name));
    },
  );

  test.each([
    ['attributes.csv', [`image,${probabilities}`], 'lacks the columns df_emotion, df_emotion_prob'],
    ['birth_years.csv', ['person,born', 'A,1950', 'B,long ago'], 'birth_years.csv, line 3: born: '],
    ['birth_years.csv', ['person,born', 'A'], 'birth_years.csv, line 2: 1 columns instead of 2'],
    ['hair_by_eye.csv', ['image,hair', 'A_0001.jpg,blue'], 'hair_by_eye.csv, line 2: hair: '],
    ['by_eye.csv', ['photograph,expression,hair,eyewear,covered', 'x,a,b,c,d'], 'line 2: photograph: '],
  ])('a wrong %s is an error that names file and line', (name, lines, message) => {
    writeLabels();
    write(name, ...lines);
    expect(() => new Labels(folder)).toThrow(message);
  });

  test('a probability above 1 is an error', () => {
    writeLabels();
    write(
      'attributes.csv',
      `image,${probabilities},df_emotion,df_emotion_prob`,
      `A_B_0001.jpg,1.5${values.slice(4)},happy,80.5`,
    );
    expect(() => new Labels(folder)).toThrow('line 2: Bald: ');
  });
});

describe('photographs', () => {
  test('are found in the folder or in its images, sorted, and belong to the person of their folder', () => {
    photograph('B', 1);
    photograph('A_C', 2);
    photograph('A_C', 1);
    const files = photographs(folder);
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
      'images/A_C/A_C_0001.jpg',
      'images/A_C/A_C_0002.jpg',
      'images/B/B_0001.jpg',
    ]);
    expect(photographs(join(folder, 'images'))).toEqual(files);
    expect([...byPerson(files)].map(([person, list]) => [person, list.length])).toEqual([
      ['A_C', 2],
      ['B', 1],
    ]);
  });

  test('none are an error', () => {
    expect(() => photographs(folder)).toThrow(folder);
  });

  test('pairs are of one person or of two, by fold', () => {
    write('pairs.txt', '2\t1', 'A\t1\t2', 'A\t1\tB\t12', 'B\t1\t12', 'A\t2\tB\t1');
    const pairs = readPairs(folder);
    expect(pairs.map(({ same, fold }) => [same, fold])).toEqual([
      [true, 0],
      [false, 0],
      [true, 1],
      [false, 1],
    ]);
    expect(pairs[1]!.second).toBe(join(folder, 'B', 'B_0012.jpg'));
  });

  test('wrong or missing pairs are errors that name the file', () => {
    expect(() => readPairs(folder)).toThrow(join(folder, 'pairs.txt'));
    write('pairs.txt', 'no numbers');
    expect(() => readPairs(folder)).toThrow('pairs.txt, line 1');
    write('pairs.txt', '1\t1', 'A\t1');
    expect(() => readPairs(folder)).toThrow('pairs.txt, line 2');
  });
});

describe('the folder of --keep', () => {
  test('computes once', async () => {
    photograph('A', 1);
    const kept = join(folder, 'kept');
    let runs = 0;
    const compute = async () => [++runs];
    for (let i = 0; i < 2; i++)
      await withKeep(kept, folder, async (keep) => expect(await keep.get('runs', compute)).toEqual([1]));
  });

  test('keeps no failure; without it nothing is kept', async () => {
    photograph('A', 1);
    const keep = await Keep.open(join(folder, 'kept'), folder);
    await expect(keep.get('x', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(await keep.get('x', async () => 1)).toBe(1);
    for (const value of [1, 2])
      await withKeep(undefined, folder, async (temporary) =>
        expect(await temporary.get('x', async () => value)).toBe(value),
      );
  });

  test('is refused for other photographs', async () => {
    photograph('A', 1);
    await Keep.open(join(folder, 'kept'), folder);
    photograph('A', 2);
    await expect(Keep.open(join(folder, 'kept'), folder)).rejects.toThrow('other photographs');
  });
});

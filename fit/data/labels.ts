import { basename, join } from 'node:path';
import { z } from 'zod';
import { unitOf } from '../math/random.ts';
import { ByEye } from './byEye.ts';
import { personOf } from './lfw.ts';
import { readCsv, readText } from './textFile.ts';

/** What a photograph is used for. It depends on the person alone, so that nobody is judged by who was learnt from. */
export type Side = 'fit' | 'tune' | 'judge';
export function sideOf(photograph: string): Side {
  const unit = unitOf(personOf(photograph));
  return unit < 0.25 ? 'judge' : unit < 0.37 ? 'tune' : 'fit';
}

/** The columns of attributes.csv that are used: the probability that the photograph shows this. */
const probabilityColumns = [
  'Bald',
  'Bangs',
  'Black_Hair',
  'Blond_Hair',
  'Blurry',
  'Brown_Hair',
  'Eyeglasses',
  'Gray_Hair',
  'Heavy_Makeup',
  'Male',
  'Mustache',
  'No_Beard',
  'Sideburns',
  'Smiling',
  'Wearing_Hat',
  'Wearing_Lipstick',
] as const;
export type AttributeColumn = (typeof probabilityColumns)[number];

const number = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, 'expected a number')
  .transform(Number);
const probability = number.pipe(z.number().min(0).max(1));
const attributeRow = z.object({
  image: z.string().min(1),
  ...(Object.fromEntries(probabilityColumns.map((name) => [name, probability])) as Record<
    AttributeColumn,
    typeof probability
  >),
  df_emotion: z.enum(['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise']),
  df_emotion_prob: number.pipe(z.number().min(0).max(100)),
});
const hairRow = z.object({
  image: z.string().min(1),
  hair: z.enum(['black', 'blond', 'brown', 'gray', 'red', 'white', 'bald', 'covered', 'hair']),
});
const birthRow = z.object({
  person: z.string().min(1),
  born: number.pipe(z.number().int().min(1800).max(2100)),
});

/** The labels of a data folder, as docs/fitting.md describes them. A photograph may have any of them or none. */
export class Labels {
  readonly byEye: ByEye;
  readonly #attributes: ReadonlyMap<string, z.infer<typeof attributeRow>>;
  readonly #sunglasses: ReadonlySet<string>;
  readonly #hair: ReadonlyMap<string, string>;
  /** Year of birth by person. */
  readonly born: ReadonlyMap<string, number>;

  /** Throws an Error that names a file that is missing, or the line of one that is not as expected. */
  constructor(folder: string) {
    const attributes = readCsv(
      join(folder, 'attributes.csv'),
      'probabilities of attributes by photograph',
      attributeRow,
    );
    this.#attributes = new Map(attributes.map((row) => [row.image, row]));
    const sunglasses = readText(join(folder, 'sunglasses_by_eye.txt'), 'photographs with sunglasses');
    this.#sunglasses = new Set(sunglasses.split(/\r?\n/).filter(Boolean));
    const hair = readCsv(join(folder, 'hair_by_eye.csv'), 'hair colours by photograph', hairRow);
    this.#hair = new Map(hair.map((row) => [row.image, row.hair]));
    const births = readCsv(join(folder, 'birth_years.csv'), 'years of birth by person', birthRow);
    this.born = new Map(births.map((row) => [row.person, row.born]));
    this.byEye = ByEye.ofFolder(folder);
  }

  /** A column of attributes.csv, 0 to 1; undefined where the photograph has no row. */
  attribute(photograph: string, column: AttributeColumn): number | undefined {
    return this.#attributes.get(basename(photograph))?.[column];
  }

  /** The emotion that attributes.csv names, and its probability. */
  emotion(photograph: string): { name: string; probability: number } | undefined {
    const row = this.#attributes.get(basename(photograph));
    return row && { name: row.df_emotion, probability: row.df_emotion_prob / 100 };
  }

  /** The label of hair_by_eye.csv: a colour, `bald`, `covered`, or `hair` of an unknown colour. */
  hair(photograph: string): string | undefined {
    return this.#hair.get(basename(photograph));
  }

  /** Whether sunglasses_by_eye.txt names the photograph. */
  sunglasses(photograph: string): boolean {
    return this.#sunglasses.has(basename(photograph));
  }
}

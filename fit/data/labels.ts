import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unitOf } from '../math/random.ts';
import type { ByEye } from './byEye.ts';
import { personOf } from './lfw.ts';

/** What people are for. The same person is always on the same side, so that nobody is judged who was learnt. */
export type Side = 'fit' | 'tune' | 'judge';
export function sideOf(photograph: string): Side {
  const unit = unitOf(personOf(photograph));
  return unit < 0.25 ? 'judge' : unit < 0.37 ? 'tune' : 'fit';
}

/**
 * Labels of photographs: probabilities by a machine (attributes.csv), what was judged by eye in their folder, and what
 * was seen by looking at them once more (by `byEye`).
 */
export class Labels {
  readonly #rows: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly #sunglasses: ReadonlySet<string>;
  readonly #hair: ReadonlyMap<string, string>;
  /** Year of birth by person. */
  readonly born: ReadonlyMap<string, number>;

  constructor(
    folder: string,
    readonly byEye: ByEye,
  ) {
    this.#rows = new Map(readTable(join(folder, 'attributes.csv')).map((row) => [row.image!, row]));
    this.#sunglasses = new Set(readLines(join(folder, 'sunglasses_by_eye.txt')));
    this.#hair = new Map(
      readTable(join(folder, 'hair_by_eye.csv')).map(({ image, hair }) => [image!, hair!]),
    );
    this.born = new Map(
      readTable(join(folder, 'birth_years.csv')).map(({ person, born }) => [person!, Number(born)]),
    );
  }

  /** A column of attributes.csv, 0 to 1; undefined where the photograph has no row. */
  value(photograph: string, column: string): number | undefined {
    const text = this.#rows.get(basename(photograph))?.[column];
    return text ? Number(text) : undefined;
  }

  /** The emotion that the machine saw, and its probability. */
  emotion(photograph: string): { name: string; probability: number } | undefined {
    const row = this.#rows.get(basename(photograph));
    if (!row?.df_emotion) return undefined;
    return { name: row.df_emotion, probability: Number(row.df_emotion_prob) / 100 };
  }

  /** Colour by the folder's list, or bald, covered or hair. */
  hair(photograph: string): string | undefined {
    return this.#hair.get(basename(photograph));
  }

  /** Whether the folder's list has it. */
  sunglasses(photograph: string): boolean {
    return this.#sunglasses.has(basename(photograph));
  }
}

function readLines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(/\r?\n/) : [];
}

function readTable(file: string): Record<string, string>[] {
  const [head = '', ...rows] = readLines(file);
  const names = head.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((value, i) => [names[i]!, value])));
}

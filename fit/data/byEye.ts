import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readCsv } from './textFile.ts';

const questions = ['expression', 'hair', 'eyewear', 'covered'] as const;
export type Question = (typeof questions)[number];

const row = z.object({
  photograph: z.string().regex(/^[0-9a-f]{16}$/, 'expected the first 16 hexadecimal digits of a SHA-256'),
  expression: z.string().min(1),
  hair: z.string().min(1),
  eyewear: z.string().min(1),
  covered: z.string().min(1),
});

/**
 * Labels of photographs by two annotators: a row for each, named by the first 16 digits of its file's SHA-256, so that
 * nobody's name is written down; where the two differ, both answers with a slash between them.
 */
export class ByEye {
  readonly #rows: ReadonlyMap<string, z.infer<typeof row>>;
  readonly #digests = new Map<string, string>();

  constructor(readonly file: string) {
    const rows = readCsv(file, 'labels of photographs by eye', row);
    this.#rows = new Map(rows.map((one) => [one.photograph, one]));
  }

  /** The labels of a data folder: its by_eye.csv, or else those of LFW's photographs. */
  static ofFolder(folder: string): ByEye {
    const own = join(folder, 'by_eye.csv');
    // Resolved from dist/, where this is bundled to.
    const lfw = fileURLToPath(new URL('../fit/data/lfw_by_eye.csv', import.meta.url));
    return new ByEye(existsSync(own) ? own : lfw);
  }

  /** One answer or two; none where the photograph was not annotated. `?` is what could not be decided. */
  answers(photograph: string, question: Question): readonly string[] {
    return this.#rows.get(this.#digestOf(photograph))?.[question].split('/') ?? [];
  }

  /** The answer where both annotators gave the same. */
  agreed(photograph: string, question: Question): string | undefined {
    const answers = this.answers(photograph, question);
    return answers.length === 1 && answers[0] !== '?' ? answers[0] : undefined;
  }

  /** Shares of the given choices; undefined where an annotator gave none of them. */
  shares(photograph: string, question: Question, choices: readonly string[]): number[] | undefined {
    const answers = this.answers(photograph, question);
    if (answers.length === 0 || !answers.every((one) => choices.includes(one))) return undefined;
    return choices.map((choice) => answers.filter((one) => one === choice).length / answers.length);
  }

  #digestOf(photograph: string): string {
    let digest = this.#digests.get(photograph);
    if (digest === undefined) {
      digest = createHash('sha256').update(readFileSync(photograph)).digest('hex').slice(0, 16);
      this.#digests.set(photograph, digest);
    }
    return digest;
  }
}

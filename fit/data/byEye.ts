import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const questions = ['expression', 'hair', 'eyewear', 'covered'] as const;
export type Question = (typeof questions)[number];

/**
 * What was seen by looking at photographs twice: a line for each, known by the first 16 digits of its file's SHA-256,
 * so that nobody is named; where the two looks differ, both answers, with a slash.
 */
export class ByEye {
  readonly #lines: ReadonlyMap<string, readonly string[]>;
  readonly #keys = new Map<string, string>();

  constructor(file: string) {
    const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
    this.#lines = new Map(lines.map((line) => [line.slice(0, 16), line.split(',').slice(1)]));
  }

  /** Answers, one or two; none where nobody looked. `?` is what could not be told. */
  opinions(photograph: string, question: Question): readonly string[] {
    const answer = this.#lines.get(this.#keyOf(photograph))?.[questions.indexOf(question)];
    return answer?.split('/') ?? [];
  }

  /** The answer where both looks gave the same. */
  agreed(photograph: string, question: Question): string | undefined {
    const opinions = this.opinions(photograph, question);
    return opinions.length === 1 && opinions[0] !== '?' ? opinions[0] : undefined;
  }

  /** Shares of the answers asked for; undefined where a look gave another. */
  shares(photograph: string, question: Question, answers: readonly string[]): number[] | undefined {
    const opinions = this.opinions(photograph, question);
    if (opinions.length === 0 || !opinions.every((one) => answers.includes(one))) return undefined;
    return answers.map((answer) => opinions.filter((one) => one === answer).length / opinions.length);
  }

  #keyOf(photograph: string): string {
    let key = this.#keys.get(photograph);
    if (key === undefined) {
      key = createHash('sha256').update(readFileSync(photograph)).digest('hex').slice(0, 16);
      this.#keys.set(photograph, key);
    }
    return key;
  }
}

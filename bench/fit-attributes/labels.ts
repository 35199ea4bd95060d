import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { personOf } from '../lfw.ts';
import type { OverlayName } from './overlays.ts';
import type { Coverage } from './pictures.ts';
import { unitOf } from './random.ts';

/** What people are for. The same person is always on the same side, so that nobody is judged who was learnt. */
export type Side = 'fit' | 'tune' | 'judge';
export function sideOf(photograph: string): Side {
  const unit = unitOf(personOf(photograph));
  return unit < 0.25 ? 'judge' : unit < 0.37 ? 'tune' : 'fit';
}

/** A probability that is to be answered, and how much it counts; 0: not known. */
export type Label = readonly [target: number, importance: number];
const unknown: Label = [0, 0];

/** Labels of photographs: probabilities by a machine (attributes.csv), and what was judged by eye. */
export class Labels {
  readonly #rows: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly #sunglasses: ReadonlySet<string>;
  /** Hair colour by file name. */
  readonly hair: ReadonlyMap<string, string>;
  /** Year of birth by person. */
  readonly born: ReadonlyMap<string, number>;

  constructor(folder: string) {
    this.#rows = new Map(readTable(join(folder, 'attributes.csv')).map((row) => [row.image!, row]));
    this.#sunglasses = new Set(readLines(join(folder, 'sunglasses_by_eye.txt')));
    this.hair = new Map(readTable(join(folder, 'hair_by_eye.csv')).map(({ image, hair }) => [image!, hair!]));
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

  /** As seen by eye. */
  sunglasses(photograph: string): boolean {
    return this.#sunglasses.has(basename(photograph));
  }
}

/** A photograph, as it is or with something drawn on its face. */
export interface Shown {
  photograph: string;
  overlay?: OverlayName;
  coverage?: Coverage;
  degraded?: boolean;
}

type Covers = 'eyes' | 'mouth' | 'hair' | 'nothing';

/** A column of attributes.csv, for faces whose part is not covered by what was drawn. */
function column(name: string, part: Covers, transform = (value: number) => value) {
  return (sample: Shown, labels: Labels): Label => {
    const value = labels.value(sample.photograph, name);
    if (value === undefined || covered(sample, part)) return unknown;
    return [transform(value), sample.overlay ? 0.4 : 1];
  };
}

function covered({ overlay, coverage }: Shown, part: Covers): boolean {
  if (!overlay || !coverage) return false;
  const eyes = Math.max(coverage.leftEye, coverage.rightEye);
  return {
    eyes: eyes > 0.05 || overlay === 'sunglasses' || overlay === 'goggles',
    mouth: coverage.mouth > 0.05 || overlay === 'mask' || overlay === 'halfMask' || overlay === 'hand',
    hair: overlay === 'hat' || overlay === 'hair' || coverage.forehead > 0.05,
    nothing: false,
  }[part];
}

/** The list is of few and not of all: photographs with glasses that are not in it say little. */
function darkGlasses({ photograph }: Shown, labels: Labels): Label {
  if (labels.sunglasses(photograph)) return [1, 10];
  return [0, (labels.value(photograph, 'Eyeglasses') ?? 0.5) > 0.3 ? 0.3 : 1];
}

/** What was drawn tells; where nothing was, `otherwise` does. */
function drawing(
  told: (overlay: OverlayName, coverage: Coverage) => Label,
  otherwise: (sample: Shown, labels: Labels) => Label,
) {
  return (sample: Shown, labels: Labels): Label =>
    sample.overlay && sample.coverage ? told(sample.overlay, sample.coverage) : otherwise(sample, labels);
}

/** What attributes.csv calls the feeling of a head. */
export const feelings = {
  angry: 'angry',
  afraid: 'fear',
  happy: 'happy',
  neutral: 'neutral',
  sad: 'sad',
  surprised: 'surprise',
} as const;

/** The machine names the strongest of seven emotions; the others share what it leaves. */
function feeling(head: keyof typeof feelings) {
  return (sample: Shown, labels: Labels): Label => {
    const seen = labels.emotion(sample.photograph);
    if (!seen || covered(sample, 'mouth') || covered(sample, 'eyes')) return unknown;
    const share = seen.name === feelings[head] ? seen.probability : (1 - seen.probability) / 6;
    return [share, sample.overlay ? 0.4 : 1];
  };
}

/** Degraded faces are blurred by an amount that the label does not know. */
function blurred(sample: Shown, labels: Labels): Label {
  return sample.degraded || sample.overlay ? unknown : column('Blurry', 'nothing')(sample, labels);
}

const sure = (holds: boolean, importance = 1): Label => [holds ? 1 : 0, importance];
const ramp = (value: number, low: number, high: number): Label =>
  value <= low ? [0, 1] : value >= high ? [1, 1] : unknown;

/** What a head is to answer for a sample. */
export const targets = {
  male: column('Male', 'nothing'),
  smile: column('Smiling', 'mouth'),
  eyeglasses: column('Eyeglasses', 'eyes'),
  moustache: column('Mustache', 'mouth'),
  beard: column('No_Beard', 'mouth', (value) => 1 - value),
  sideburns: column('Sideburns', 'mouth'),
  eyeMakeup: column('Heavy_Makeup', 'eyes'),
  lipMakeup: column('Wearing_Lipstick', 'mouth'),
  bald: column('Bald', 'hair'),
  blurry: blurred,
  black: column('Black_Hair', 'hair'),
  blond: column('Blond_Hair', 'hair'),
  brown: column('Brown_Hair', 'hair'),
  gray: column('Gray_Hair', 'hair'),
  angry: feeling('angry'),
  afraid: feeling('afraid'),
  happy: feeling('happy'),
  neutral: feeling('neutral'),
  sad: feeling('sad'),
  surprised: feeling('surprised'),
  headwear: drawing(
    (overlay) => (overlay === 'hair' ? unknown : overlay === 'hat' ? [1, 0.4] : unknown),
    (sample, labels) => column('Wearing_Hat', 'hair')(sample, labels),
  ),
  sunglasses: drawing(
    (overlay) => sure(overlay === 'sunglasses', overlay === 'goggles' ? 0.3 : 1),
    darkGlasses,
  ),
  goggles: drawing(
    (overlay) => sure(overlay === 'goggles'),
    () => [0, 1],
  ),
  faceMask: drawing(
    (overlay) => sure(overlay === 'mask' || overlay === 'halfMask'),
    () => [0, 1],
  ),
  noseCovered: drawing(
    (_, { nose, mouth }) => ramp(Math.min(nose, mouth), 0.3, 0.7),
    () => [0, 1],
  ),
  mouthOccluded: drawing(
    (_, { mouth }) => ramp(mouth, 0.2, 0.6),
    () => [0, 0.7],
  ),
  eyeOccluded: drawing(
    (_, { leftEye, rightEye }) => ramp(Math.max(leftEye, rightEye), 0.2, 0.6),
    darkGlasses,
  ),
  foreheadOccluded: drawing(
    (_, { forehead }) => ramp(forehead, 0.2, 0.6),
    ({ photograph }, labels) => {
      const hat = labels.value(photograph, 'Wearing_Hat') ?? 0.5;
      const bangs = labels.value(photograph, 'Bangs') ?? 0.5;
      return hat > 0.8 || bangs > 0.9 ? [1, 0.7] : hat < 0.1 && bangs < 0.2 ? [0, 0.7] : unknown;
    },
  ),
} satisfies Record<string, (sample: Shown, labels: Labels) => Label>;
export type TargetName = keyof typeof targets;

function readLines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(/\r?\n/) : [];
}

function readTable(file: string): Record<string, string>[] {
  const [head = '', ...rows] = readLines(file);
  const names = head.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((value, i) => [names[i]!, value])));
}

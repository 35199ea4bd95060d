import type { Labels } from '../data/labels.ts';
import type { OverlayName } from '../data/overlays.ts';
import type { Coverage } from '../data/pictures.ts';

/** A probability that is to be answered, and how much it counts; 0: not known. */
export type Label = readonly [target: number, importance: number];
const unknown: Label = [0, 0];

/** Whether the machine is decided: where it is not, neither is what is judged by it. */
export const isDecided = (label: number) => label <= 0.3 || label > 0.7;

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
    hair: overlay === 'hat' || overlay === 'hair' || overlay === 'frame' || coverage.forehead > 0.05,
    nothing: false,
  }[part];
}

/**
 * As seen by eye. Where nobody looked: the folder's list is of few and not of all, so that photographs with glasses that
 * are not in it say little.
 */
function darkGlasses({ photograph }: Shown, labels: Labels): Label {
  const eyewear = labels.byEye.agreed(photograph, 'eyewear');
  if (eyewear !== undefined) return eyewear === 'sun' ? [1, 10] : [0, 1];
  if (labels.byEye.opinions(photograph, 'eyewear').length > 0) return unknown;
  if (labels.sunglasses(photograph)) return [1, 10];
  return [0, (labels.value(photograph, 'Eyeglasses') ?? 0.5) > 0.3 ? 0.3 : 1];
}

/**
 * Whether a part of the face is covered (F, E or M), as seen by eye; where nobody looked, `otherwise`. importance: of
 * what is covered.
 */
function seenCovered(part: 'F' | 'E' | 'M', importance: number, otherwise: typeof darkGlasses) {
  return (sample: Shown, labels: Labels): Label => {
    const opinions = labels.byEye.opinions(sample.photograph, 'covered');
    if (opinions.length === 0) return otherwise(sample, labels);
    return unanimous(opinions, (one) => one.includes(part), importance);
  };
}

/** Known where all or none of the looks say so. importance: where all do. */
function unanimous(opinions: readonly string[], says: (opinion: string) => boolean, importance = 1): Label {
  if (opinions.every(says)) return [1, importance];
  return opinions.some(says) ? unknown : [0, 1];
}

/** Dark glasses hide eyes, whether or not they were said to. */
function hiddenEyes(sample: Shown, labels: Labels): Label {
  const dark = labels.byEye.opinions(sample.photograph, 'eyewear').includes('sun');
  return dark ? darkGlasses(sample, labels) : seenCovered('E', 2, darkGlasses)(sample, labels);
}

/** Make-up is rare here and looks like a cover: faces that show it and no cover count for more. */
function madeUp(column: 'Heavy_Makeup' | 'Wearing_Lipstick', told: typeof darkGlasses) {
  return (sample: Shown, labels: Labels): Label => {
    const [target, importance] = told(sample, labels);
    const shown = target === 0 && (labels.value(sample.photograph, column) ?? 0) > 0.2;
    return [target, shown ? 4 * importance : importance];
  };
}

/** Whether a head is bald or its hair covered, as seen by eye; where nobody looked, as the machine surely says. */
function noHair({ photograph }: Shown, labels: Labels): Label {
  const opinions = labels.byEye.opinions(photograph, 'hair');
  if (opinions.includes('?')) return unknown;
  if (opinions.length > 0) return unanimous(opinions, (one) => one === 'none' || one === 'hidden');
  const bald = labels.value(photograph, 'Bald') ?? 0.5;
  const hat = labels.value(photograph, 'Wearing_Hat') ?? 0.5;
  return Math.max(bald, hat) > 0.9 ? [1, 0.5] : Math.max(bald, hat) < 0.1 ? [0, 0.5] : unknown;
}

/** A photograph with something drawn on the face. */
type Drawn = Shown & Required<Pick<Shown, 'overlay' | 'coverage'>>;
const isDrawn = (sample: Shown): sample is Drawn => Boolean(sample.overlay && sample.coverage);

/** What was drawn tells; where nothing was, `otherwise` does. */
function drawing(
  told: (sample: Drawn, labels: Labels) => Label,
  otherwise: (sample: Shown, labels: Labels) => Label,
) {
  return (sample: Shown, labels: Labels): Label =>
    isDrawn(sample) ? told(sample, labels) : otherwise(sample, labels);
}

/** How much is covered of what `part` picks; a frame covers nothing. */
const hidden =
  (part: (coverage: Coverage) => number, low: number, high: number) =>
  ({ overlay, coverage }: Drawn) =>
    overlay === 'frame' ? sure(false) : ramp(part(coverage), low, high);

/** What attributes.csv calls the feeling of a head. */
const feelings = {
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
    ({ overlay, photograph }, labels) => {
      if (overlay === 'hat') return [1, 0.4];
      const hat = labels.value(photograph, 'Wearing_Hat');
      return overlay === 'frame' && hat !== undefined && hat < 0.2 ? [0, 0.7] : unknown;
    },
    column('Wearing_Hat', 'hair'),
  ),
  hairless: drawing(({ overlay }) => (overlay === 'hat' ? [1, 0.4] : unknown), noHair),
  sunglasses: drawing(
    ({ overlay }) => sure(overlay === 'sunglasses', overlay === 'goggles' ? 0.3 : 1),
    darkGlasses,
  ),
  goggles: drawing(
    ({ overlay }) => sure(overlay === 'goggles'),
    () => [0, 1],
  ),
  faceMask: drawing(
    ({ overlay }) => sure(overlay === 'mask' || overlay === 'halfMask'),
    () => [0, 1],
  ),
  noseCovered: drawing(
    hidden(({ nose, mouth }) => Math.min(nose, mouth), 0.3, 0.7),
    () => [0, 1],
  ),
  mouthOccluded: drawing(
    hidden(({ mouth }) => mouth, 0.2, 0.6),
    madeUp(
      'Wearing_Lipstick',
      seenCovered('M', 0, () => [0, 0.7]),
    ),
  ),
  eyeOccluded: drawing(
    hidden(({ leftEye, rightEye }) => Math.max(leftEye, rightEye), 0.2, 0.6),
    madeUp('Heavy_Makeup', hiddenEyes),
  ),
  foreheadOccluded: drawing(
    hidden(({ forehead }) => forehead, 0.2, 0.6),
    seenCovered('F', 2, ({ photograph }, labels) => {
      const hat = labels.value(photograph, 'Wearing_Hat') ?? 0.5;
      const bangs = labels.value(photograph, 'Bangs') ?? 0.5;
      return hat > 0.8 || bangs > 0.9 ? [1, 0.7] : hat < 0.1 && bangs < 0.2 ? [0, 0.7] : unknown;
    }),
  ),
} satisfies Record<string, (sample: Shown, labels: Labels) => Label>;
export type TargetName = keyof typeof targets;

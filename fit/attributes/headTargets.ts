import type { Coverage } from '../data/drawOverlay.ts';
import type { AttributeColumn, Labels } from '../data/labels.ts';
import type { OverlayName } from '../data/overlays.ts';

/** The probability that a head should answer, and its weight in the fit; 0 where it is not known. */
export type Target = readonly [probability: number, importance: number];
const unknown: Target = [0, 0];

/** Whether a machine label is far enough from even to be judged by. */
export const isDecided = (label: number) => label <= 0.3 || label > 0.7;

/** A photograph as it is or changed. */
export interface FaceVariant {
  photograph: string;
  /** The drawing on the face, and the regions it covers. */
  overlay?: OverlayName;
  coverage?: Coverage;
  /** Whether it was made smaller, softer or noisier. */
  degraded?: boolean;
}

type TargetOf<Variant = FaceVariant> = (face: Variant, labels: Labels) => Target;
type Region = 'eyes' | 'mouth' | 'hair' | 'none';

/** A column of attributes.csv, unknown where a drawing covers the region that it is about. */
function column(name: AttributeColumn, region: Region, transform = (value: number) => value): TargetOf {
  return (face, labels) => {
    const value = labels.attribute(face.photograph, name);
    if (value === undefined || isCovered(face, region)) return unknown;
    return [transform(value), face.overlay ? 0.4 : 1];
  };
}

function isCovered({ overlay, coverage }: FaceVariant, region: Region): boolean {
  if (!overlay || !coverage) return false;
  const eyes = Math.max(coverage.leftEye, coverage.rightEye);
  return {
    eyes: eyes > 0.05 || overlay === 'sunglasses' || overlay === 'goggles',
    mouth: coverage.mouth > 0.05 || overlay === 'mask' || overlay === 'halfMask' || overlay === 'hand',
    hair: overlay === 'hat' || overlay === 'hair' || overlay === 'frame' || coverage.forehead > 0.05,
    none: false,
  }[region];
}

/**
 * Sunglasses by eye. Where nobody annotated the photograph, by the folder's list: it is not complete, so that a
 * photograph with glasses that is not in it counts little.
 */
const sunglassesByEye: TargetOf = ({ photograph }, labels) => {
  const eyewear = labels.byEye.agreed(photograph, 'eyewear');
  if (eyewear !== undefined) return eyewear === 'sun' ? [1, 10] : [0, 1];
  if (labels.byEye.answers(photograph, 'eyewear').length > 0) return unknown;
  if (labels.sunglasses(photograph)) return [1, 10];
  return [0, (labels.attribute(photograph, 'Eyeglasses') ?? 0.5) > 0.3 ? 0.3 : 1];
};

/**
 * Whether the forehead (F), an eye (E) or the mouth (M) is covered, by eye; where nobody annotated the photograph,
 * `otherwise`. importance: of faces where it is.
 */
function coveredByEye(part: 'F' | 'E' | 'M', importance: number, otherwise: TargetOf): TargetOf {
  return (face, labels) => {
    const answers = labels.byEye.answers(face.photograph, 'covered');
    if (answers.length === 0) return otherwise(face, labels);
    return unanimous(answers, (answer) => answer.includes(part), importance);
  };
}

/** Known where all answers or none of them are affirmative. importance: where all are. */
function unanimous(
  answers: readonly string[],
  isAffirmative: (answer: string) => boolean,
  importance = 1,
): Target {
  if (answers.every(isAffirmative)) return [1, importance];
  return answers.some(isAffirmative) ? unknown : [0, 1];
}

/** Dark glasses cover the eyes, whether or not they were annotated as a cover. */
const eyesCovered: TargetOf = (face, labels) => {
  const dark = labels.byEye.answers(face.photograph, 'eyewear').includes('sun');
  return dark ? sunglassesByEye(face, labels) : coveredByEye('E', 2, sunglassesByEye)(face, labels);
};

/** Make-up is rare in the photographs and looks like a cover: uncovered faces with make-up count four times. */
function emphasisingMakeup(makeup: 'Heavy_Makeup' | 'Wearing_Lipstick', targetOf: TargetOf): TargetOf {
  return (face, labels) => {
    const [probability, importance] = targetOf(face, labels);
    const emphasised = probability === 0 && (labels.attribute(face.photograph, makeup) ?? 0) > 0.2;
    return [probability, emphasised ? 4 * importance : importance];
  };
}

/** Whether a head is bald or its hair covered, by eye; else where the machine is sure. */
const hairlessByEye: TargetOf = ({ photograph }, labels) => {
  const answers = labels.byEye.answers(photograph, 'hair');
  if (answers.includes('?')) return unknown;
  if (answers.length > 0) return unanimous(answers, (answer) => answer === 'none' || answer === 'hidden');
  const bald = labels.attribute(photograph, 'Bald') ?? 0.5;
  const hat = labels.attribute(photograph, 'Wearing_Hat') ?? 0.5;
  return Math.max(bald, hat) > 0.9 ? [1, 0.5] : Math.max(bald, hat) < 0.1 ? [0, 0.5] : unknown;
};

/** A photograph with something drawn on the face. */
type Overlaid = FaceVariant & Required<Pick<FaceVariant, 'overlay' | 'coverage'>>;
const isOverlaid = (face: FaceVariant): face is Overlaid => Boolean(face.overlay && face.coverage);

/** The target by the drawing; for faces without one, `otherwise`. */
function byOverlay(targetOf: TargetOf<Overlaid>, otherwise: TargetOf): TargetOf {
  return (face, labels) => (isOverlaid(face) ? targetOf(face, labels) : otherwise(face, labels));
}

/** Covered where `region` exceeds `high`, not covered up to `low`; a frame covers nothing. */
const coverageBetween =
  (region: (coverage: Coverage) => number, low: number, high: number): TargetOf<Overlaid> =>
  ({ overlay, coverage }) => {
    const covered = overlay === 'frame' ? 0 : region(coverage);
    return covered <= low ? [0, 1] : covered >= high ? [1, 1] : unknown;
  };

/** What attributes.csv calls the emotion of a head. */
const emotionLabels = {
  angry: 'angry',
  afraid: 'fear',
  happy: 'happy',
  neutral: 'neutral',
  sad: 'sad',
  surprised: 'surprise',
} as const;

/** attributes.csv names the strongest of seven emotions; the others share what it leaves. */
function emotion(head: keyof typeof emotionLabels): TargetOf {
  return (face, labels) => {
    const strongest = labels.emotion(face.photograph);
    if (!strongest || isCovered(face, 'mouth') || isCovered(face, 'eyes')) return unknown;
    const isThis = strongest.name === emotionLabels[head];
    const share = isThis ? strongest.probability : (1 - strongest.probability) / 6;
    return [share, face.overlay ? 0.4 : 1];
  };
}

/** Changed faces are blurred by an amount that the label does not know. */
const blurry: TargetOf = (face, labels) =>
  face.degraded || face.overlay ? unknown : column('Blurry', 'none')(face, labels);

const certain = (positive: boolean, importance = 1): Target => [positive ? 1 : 0, importance];
const never: TargetOf = () => [0, 1];

/** What each head should answer for a face. */
export const headTargets = {
  male: column('Male', 'none'),
  smile: column('Smiling', 'mouth'),
  eyeglasses: column('Eyeglasses', 'eyes'),
  moustache: column('Mustache', 'mouth'),
  beard: column('No_Beard', 'mouth', (value) => 1 - value),
  sideburns: column('Sideburns', 'mouth'),
  eyeMakeup: column('Heavy_Makeup', 'eyes'),
  lipMakeup: column('Wearing_Lipstick', 'mouth'),
  bald: column('Bald', 'hair'),
  blurry,
  black: column('Black_Hair', 'hair'),
  blond: column('Blond_Hair', 'hair'),
  brown: column('Brown_Hair', 'hair'),
  gray: column('Gray_Hair', 'hair'),
  angry: emotion('angry'),
  afraid: emotion('afraid'),
  happy: emotion('happy'),
  neutral: emotion('neutral'),
  sad: emotion('sad'),
  surprised: emotion('surprised'),
  headwear: byOverlay(
    ({ overlay, photograph }, labels) => {
      if (overlay === 'hat') return [1, 0.4];
      const hat = labels.attribute(photograph, 'Wearing_Hat');
      return overlay === 'frame' && hat !== undefined && hat < 0.2 ? [0, 0.7] : unknown;
    },
    column('Wearing_Hat', 'hair'),
  ),
  hairless: byOverlay(({ overlay }) => (overlay === 'hat' ? [1, 0.4] : unknown), hairlessByEye),
  sunglasses: byOverlay(
    ({ overlay }) => certain(overlay === 'sunglasses', overlay === 'goggles' ? 0.3 : 1),
    sunglassesByEye,
  ),
  goggles: byOverlay(({ overlay }) => certain(overlay === 'goggles'), never),
  faceMask: byOverlay(({ overlay }) => certain(overlay === 'mask' || overlay === 'halfMask'), never),
  noseCovered: byOverlay(
    coverageBetween(({ nose, mouth }) => Math.min(nose, mouth), 0.3, 0.7),
    never,
  ),
  mouthOccluded: byOverlay(
    coverageBetween(({ mouth }) => mouth, 0.2, 0.6),
    emphasisingMakeup(
      'Wearing_Lipstick',
      coveredByEye('M', 0, () => [0, 0.7]),
    ),
  ),
  eyeOccluded: byOverlay(
    coverageBetween(({ leftEye, rightEye }) => Math.max(leftEye, rightEye), 0.2, 0.6),
    emphasisingMakeup('Heavy_Makeup', eyesCovered),
  ),
  foreheadOccluded: byOverlay(
    coverageBetween(({ forehead }) => forehead, 0.2, 0.6),
    coveredByEye('F', 2, ({ photograph }, labels) => {
      const hat = labels.attribute(photograph, 'Wearing_Hat') ?? 0.5;
      const bangs = labels.attribute(photograph, 'Bangs') ?? 0.5;
      return hat > 0.8 || bangs > 0.9 ? [1, 0.7] : hat < 0.1 && bangs < 0.2 ? [0, 0.7] : unknown;
    }),
  ),
} satisfies Record<string, TargetOf>;
export type HeadTargetName = keyof typeof headTargets;

import fitted from '../../../models/attributes/scales.json' with { type: 'json' };
import { logistic } from '../logOdds.ts';
import { type HeadName, headLogits, probability } from './attributeHeads.ts';
import { type Lab, labOf } from './cieLab.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { isHairlineInImage, meanColour, type PartName, partColours } from './partColours.ts';
import { rounded } from './rounded.ts';
import { classify } from './softmaxClassifier.ts';

/** The classes of the fitted hair colour classifier. */
export const hairColours = ['brown', 'black', 'blond', 'red', 'gray', 'white'] as const;

export interface HairColour {
  color: (typeof hairColours)[number] | 'other';
  /** Two decimals; the confidences of all colours sum to 1. */
  confidence: number;
}

export interface Hair {
  /** Probability that the head is bald. */
  bald: number;
  /** Whether no hair is visible: it is covered, outside the image, or there is none. */
  invisible: boolean;
  /** Most confident first; empty if no hair is visible. */
  hairColor: HairColour[];
}

/** Report a colour unless P(hairless) exceeds this. */
const hairlessThreshold = 0.4;

export async function hair(face: FaceAnalysis): Promise<Hair> {
  const bald = await probability(face, 'bald');
  const invisible = !isHairlineInImage(face) || (await probability(face, 'hairless')) > hairlessThreshold;
  return { bald: rounded(bald, 2), invisible, hairColor: invisible ? [] : await hairColor(face) };
}

async function hairColor(face: FaceAnalysis): Promise<HairColour[]> {
  const colours = face.get(partColours);
  const natural = classify(fitted.hair, hairFeatures(await headLogits(face, hairHeads), colours));
  const other = dyedProbability(colours);
  const naturalColours = hairColours.map((color, i) => ({
    color,
    confidence: rounded(natural[i]! * (1 - other), 2),
  }));
  return [...naturalColours, { color: 'other' as const, confidence: rounded(other, 2) }].sort(
    (p, q) => q.confidence - p.confidence,
  );
}

/** The heads whose log odds are features of hair colour. */
export const hairHeads = ['black', 'blond', 'brown', 'gray', 'bald'] as const satisfies readonly HeadName[];

/**
 * Features of the hair colour classifier: the log odds of the heads, and L*, a* and b* of the parts of the head, of the
 * skin and of the background, which show the colour of the light.
 */
export const hairFeatures = (heads: readonly number[], colours: Float32Array): number[] => [
  ...heads,
  ...featureParts.flatMap((part) => {
    const { l, a, b } = labOf(meanColour(colours, part));
    return [l, a, b];
  }),
];
const featureParts: readonly PartName[] = [
  'forehead',
  'cheeks',
  'brows',
  'hairline',
  'topOfHead',
  'temples',
  'ears',
  'neck',
  'background',
];

/**
 * Probability that hair was dyed in a colour that does not grow: vivid, neither red nor yellow, and unlike the background.
 * There were no labels to fit it on, so the thresholds are chosen high.
 */
function dyedProbability(colours: Float32Array): number {
  const lab = (part: PartName) => labOf(meanColour(colours, part));
  const [hairline, top, background] = [lab('hairline'), lab('topOfHead'), lab('background')];
  const contrast = Math.hypot(top.a - background.a, top.b - background.b);
  return Math.min(unnaturalness(top), unnaturalness(hairline)) * logistic((contrast - 20) / 4);
}

const unnaturalness = (colour: Lab) =>
  isNatural(colour) ? 0 : logistic((Math.hypot(colour.a, colour.b) - 35) / 4);

/** Natural hair has hues between red and yellow. */
function isNatural({ a, b }: Lab): boolean {
  const hue = (Math.atan2(b, a) * 180) / Math.PI;
  return hue > 0 && hue < 110;
}

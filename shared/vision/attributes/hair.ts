import fitted from '../../../models/attributes/scales.json' with { type: 'json' };
import { type HeadName, logits, probability } from './attributeHeads.ts';
import { type Lab, labOf } from './cieLab.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { colours, isHairlineInImage, meanColour, type PartName } from './partColours.ts';
import { logistic, rounded } from './rounded.ts';
import { softmaxOf } from './softmaxClassifier.ts';

/** The colours that a softmax was fitted for, on faces judged by eye. */
export const hairColours = ['brown', 'black', 'blond', 'red', 'gray', 'white'] as const;

export interface HairColour {
  color: (typeof hairColours)[number] | 'other';
  /** Shares that sum to 1, two decimals. */
  confidence: number;
}

export interface Hair {
  /** How likely the head is bald. */
  bald: number;
  /** Whether no hair can be seen: it is covered, beyond the image's edge, or there is none. */
  invisible: boolean;
  /** Best first; empty where no hair can be seen. */
  hairColor: HairColour[];
}

/** A colour is answered rather than withheld where both are about as likely. */
const bare = 0.4;

export async function hair(face: FaceAnalysis): Promise<Hair> {
  const bald = await probability(face, 'bald');
  const invisible = !isHairlineInImage(face) || (await probability(face, 'hairless')) > bare;
  return { bald: rounded(bald, 2), invisible, hairColor: invisible ? [] : await hairColor(face) };
}

async function hairColor(face: FaceAnalysis): Promise<HairColour[]> {
  const seen = face.get(colours);
  const shares = softmaxOf(fitted.hair, hairFeatures(await logits(face, hairHeads), seen));
  const [hairline, top, behind] = places.map((part) => labOf(meanColour(seen, part)));
  const other = Math.min(dyed(top!), dyed(hairline!)) * apart(top!, behind!);
  const told = hairColours.map((color, i) => ({ color, confidence: rounded(shares[i]! * (1 - other), 2) }));
  return [...told, { color: 'other' as const, confidence: rounded(other, 2) }].sort(
    (p, q) => q.confidence - p.confidence,
  );
}

/** The heads that tell of hair. */
export const hairHeads = ['black', 'blond', 'brown', 'gray', 'bald'] as const satisfies readonly HeadName[];

/** What hair's colour is told by: log odds of the heads, and L, a and b of the head's parts and of what tells the light. */
export const hairFeatures = (heads: readonly number[], seen: Float32Array): number[] => [
  ...heads,
  ...parts.flatMap((part) => {
    const { l, a, b } = labOf(meanColour(seen, part));
    return [l, a, b];
  }),
];
const parts: readonly PartName[] = [
  'forehead',
  'cheeks',
  'brows',
  'hairline',
  'top',
  'temples',
  'ears',
  'neck',
  'behind',
];

/**
 * What is vivid and neither red nor yellow was dyed, unless what is behind the head is of that colour too. No labels
 * were at hand for it: it is claimed modestly.
 */
const dyed = (colour: Lab) => (isNatural(colour) ? 0 : logistic((Math.hypot(colour.a, colour.b) - 35) / 4));
const apart = (p: Lab, q: Lab) => logistic((Math.hypot(p.a - q.a, p.b - q.b) - 20) / 4);
const places = ['hairline', 'top', 'behind'] as const;

/** Hair as it grows is between red and yellow. */
function isNatural({ a, b }: Lab): boolean {
  const hue = (Math.atan2(b, a) * 180) / Math.PI;
  return hue > 0 && hue < 110;
}

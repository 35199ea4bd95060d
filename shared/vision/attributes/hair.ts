import { colours, meanColour } from './colour.ts';
import type { Face } from './face.ts';
import { type HeadName, holds, logit, probability } from './heads.ts';
import { type Lab, labOf } from './lab.ts';
import { logistic, rounded, softmax } from './rounding.ts';
import fitted from './weights/scales.json' with { type: 'json' };

const hairColours = ['brown', 'black', 'blond', 'red', 'gray', 'white', 'other'] as const;

export interface HairColour {
  color: (typeof hairColours)[number];
  /** Shares that sum to 1, two decimals. */
  confidence: number;
}

export interface Hair {
  /** How likely the head is bald. */
  bald: number;
  /** Whether no hair can be seen: it is covered, or there is none. */
  invisible: boolean;
  /** Best first; empty where no hair can be seen. */
  hairColor: HairColour[];
}

const bare = 0.5;

export async function hair(face: Face): Promise<Hair> {
  const bald = await probability(face, 'bald');
  const invisible = bald > bare || (await holds(face, 'headwear'));
  return { bald: rounded(bald, 2), invisible, hairColor: invisible ? [] : await hairColor(face) };
}

/** The heads that tell of hair, and the colours that are told from them. */
export const hairHeads = ['black', 'blond', 'brown', 'gray', 'bald'] as const satisfies readonly HeadName[];
export const toldColours = ['black', 'blond', 'brown', 'gray'] as const;

async function hairColor(face: Face): Promise<HairColour[]> {
  const logits: number[] = [];
  for (const head of hairHeads) logits.push(await logit(face, head));
  const { black, blond, brown, gray } = colourShares(logits);
  const { red, white, other } = rareShares(face);
  const shares = {
    brown: brown * (1 - red),
    black,
    blond,
    red: brown * red,
    gray: gray * (1 - white),
    white: gray * white,
  };
  const colours = hairColours.map((color) => ({
    color,
    confidence: rounded(color === 'other' ? other : shares[color] * (1 - other), 2),
  }));
  return colours.sort((p, q) => q.confidence - p.confidence);
}

/** Shares of the colours that heads were fitted for: a softmax over their log odds. */
function colourShares(logits: readonly number[]) {
  const shares = softmax(
    fitted.hair.map(({ offset, weights }) =>
      logits.reduce((sum, value, k) => sum + weights[k]! * value, offset),
    ),
  );
  return Object.fromEntries(toldColours.map((colour, i) => [colour, shares[i]!])) as Record<
    (typeof toldColours)[number],
    number
  >;
}

/**
 * Colours that no labels were at hand for, by what they look like beside the cheeks, which tell the light: red hair is
 * vivid and not much less red than skin, white hair lighter than it; what is vivid and neither red nor yellow was dyed.
 * Claimed modestly.
 */
function rareShares(face: Face): { red: number; white: number; other: number } {
  const seen = face.get(colours);
  const top = labOf(meanColour(seen, 'top'));
  const cheeks = labOf(meanColour(seen, 'cheeks'));
  return {
    red: logistic((top.a + 0.7 * top.b - 30) / 2.5) * logistic((top.a - cheeks.a + 15) / 3),
    white: logistic((top.l - Math.max(cheeks.l, 75) - 12) / 2) * logistic((10 - chroma(top)) / 2),
    other: isNatural(top) ? 0 : logistic((chroma(top) - 35) / 4),
  };
}

const chroma = ({ a, b }: Lab) => Math.hypot(a, b);

/** Hair as it grows is between red and yellow. */
function isNatural({ a, b }: Lab): boolean {
  const hue = (Math.atan2(b, a) * 180) / Math.PI;
  return hue > 0 && hue < 110;
}

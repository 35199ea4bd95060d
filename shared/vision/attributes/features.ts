import { colours } from './colour.ts';
import type { Face } from './face.ts';
import { expression, joined, tightTraits, wideTraits } from './networks.ts';

/** What heads can read, each a vector of a fixed length. */
export const blocks = {
  /** faceres on the face. */
  tight: async (face: Face) => (await face.get(tightTraits)).features,
  /** faceres on the whole head. */
  wide: async (face: Face) => (await face.get(wideTraits)).features,
  /** face-api's expression network: its last features, and the logarithms of what it says. */
  expression: async (face: Face) => {
    const { features, probabilities } = await face.get(expression);
    return joined(features, probabilities.map(logarithm));
  },
  colours: async (face: Face) => face.get(colours),
} satisfies Record<string, (face: Face) => Promise<Float32Array>>;
export type BlockName = keyof typeof blocks;

/** Of a probability; as low as it makes a difference. */
const logarithm = (probability: number) => Math.log(Math.max(probability, 1e-4));

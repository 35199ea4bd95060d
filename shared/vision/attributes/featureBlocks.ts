import { concatenate, expression, tightTraits, wideTraits } from './attributeNetworks.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { colours } from './partColours.ts';

/** What heads can read, each a vector of a fixed length. */
export const blocks = {
  /** faceres on the face. */
  tight: async (face: FaceAnalysis) => (await face.get(tightTraits)).features,
  /** faceres on the whole head. */
  wide: async (face: FaceAnalysis) => (await face.get(wideTraits)).features,
  /** face-api's expression network: its last features, and the logarithms of what it says. */
  expression: async (face: FaceAnalysis) => {
    const { features, probabilities } = await face.get(expression);
    return concatenate(features, probabilities.map(logarithm));
  },
  colours: async (face: FaceAnalysis) => face.get(colours),
} satisfies Record<string, (face: FaceAnalysis) => Promise<Float32Array>>;
export type BlockName = keyof typeof blocks;

/** Of a probability; as low as it makes a difference. */
const logarithm = (probability: number) => Math.log(Math.max(probability, 1e-4));

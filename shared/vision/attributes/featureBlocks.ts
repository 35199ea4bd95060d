import { concatenate } from '../concatenate.ts';
import { expression, tightTraits, wideTraits } from './attributeNetworks.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { partColours } from './partColours.ts';

/** The feature vectors that heads are linear in, each of a fixed length. */
export const blocks = {
  /** faceres on the face. */
  tight: async (face: FaceAnalysis) => (await face.get(tightTraits)).features,
  /** faceres on the whole head. */
  wide: async (face: FaceAnalysis) => (await face.get(wideTraits)).features,
  /** face-api's expression network: features of its last layer, and the logarithms of its probabilities. */
  expression: async (face: FaceAnalysis) => {
    const { features, probabilities } = await face.get(expression);
    return concatenate([features, probabilities.map(clippedLog)]);
  },
  colours: async (face: FaceAnalysis) => face.get(partColours),
} satisfies Record<string, (face: FaceAnalysis) => Promise<Float32Array>>;
export type BlockName = keyof typeof blocks;

const clippedLog = (probability: number) => Math.log(Math.max(probability, 1e-4));

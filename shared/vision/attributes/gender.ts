import { probability } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';

export async function gender(face: FaceAnalysis): Promise<'male' | 'female'> {
  return (await probability(face, 'male')) > 0.5 ? 'male' : 'female';
}

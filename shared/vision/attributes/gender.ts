import type { FaceAnalysis } from './faceAnalysis.ts';
import { probability } from './heads.ts';

export async function gender(face: FaceAnalysis): Promise<'male' | 'female'> {
  return (await probability(face, 'male')) > 0.5 ? 'male' : 'female';
}

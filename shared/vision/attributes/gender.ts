import type { Face } from './face.ts';
import { probability } from './heads.ts';

export async function gender(face: Face): Promise<'male' | 'female'> {
  return (await probability(face, 'male')) > 0.5 ? 'male' : 'female';
}

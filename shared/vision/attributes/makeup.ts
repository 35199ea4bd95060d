import type { Face } from './face.ts';
import { holds } from './heads.ts';

export interface Makeup {
  eyeMakeup: boolean;
  lipMakeup: boolean;
}

export async function makeup(face: Face): Promise<Makeup> {
  return { eyeMakeup: await holds(face, 'eyeMakeup'), lipMakeup: await holds(face, 'lipMakeup') };
}

import type { Face } from './face.ts';
import { probability } from './heads.ts';
import { rounded } from './rounding.ts';

/** How likely the face smiles, 0 to 1. */
export async function smile(face: Face): Promise<number> {
  return rounded(await probability(face, 'smile'), 3);
}

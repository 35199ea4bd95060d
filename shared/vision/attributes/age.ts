import type { Face } from './face.ts';
import { logit } from './heads.ts';
import { ageGender, tightTraits } from './networks.ts';
import { rounded } from './rounding.ts';
import fitted from './weights/scales.json' with { type: 'json' };

/** Years, one decimal. What two networks say and how young the face looks, weighed on people whose age is known. */
export async function age(face: Face): Promise<number> {
  const said = [
    (await face.get(tightTraits)).age,
    (await face.get(ageGender)).age,
    await logit(face, 'young'),
  ];
  const { offset, weights } = fitted.age;
  const years = said.reduce((sum, value, i) => sum + weights[i]! * value, offset);
  return rounded(Math.min(100, Math.max(0, years)), 1);
}

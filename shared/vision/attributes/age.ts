import type { Face } from './face.ts';
import { ageGender, tightTraits } from './networks.ts';
import { rounded } from './rounding.ts';
import fitted from './weights/scales.json' with { type: 'json' };

/** Years, one decimal. What two networks say, weighed on people whose age is known. */
export async function age(face: Face): Promise<number> {
  const said = [(await face.get(tightTraits)).age, (await face.get(ageGender)).age];
  const { offset, weights } = fitted.age;
  const years = said.reduce((sum, value, i) => sum + weights[i]! * value, offset);
  return rounded(Math.min(100, Math.max(0, years)), 1);
}

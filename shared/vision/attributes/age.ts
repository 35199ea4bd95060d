import fitted from '../../../models/attributes/scales.json' with { type: 'json' };
import { ageGender, tightTraits } from './attributeNetworks.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { rounded } from './rounded.ts';

/** Years, one decimal. What two networks say, weighed on people whose age is known. */
export async function age(face: FaceAnalysis): Promise<number> {
  const said = [(await face.get(tightTraits)).age, (await face.get(ageGender)).age];
  const { offset, weights } = fitted.age;
  const years = said.reduce((sum, value, i) => sum + weights[i]! * value, offset);
  return rounded(Math.min(100, Math.max(0, years)), 1);
}

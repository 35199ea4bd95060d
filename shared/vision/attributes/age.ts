import fitted from '../../../models/attributes/scales.json' with { type: 'json' };
import { ageGender, tightTraits } from './attributeNetworks.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { rounded } from './rounded.ts';

/** Years, one decimal: a linear combination of the ages that two networks estimate. */
export async function age(face: FaceAnalysis): Promise<number> {
  const estimates = [(await face.get(tightTraits)).age, (await face.get(ageGender)).age];
  const { offset, weights } = fitted.age;
  const years = estimates.reduce((sum, value, i) => sum + weights[i]! * value, offset);
  return rounded(Math.min(100, Math.max(0, years)), 1);
}

import { type Shown, type TargetName, targets } from '../../fit/attributes/targets.ts';
import { attributeNames } from '../../shared/modelNames.ts';
import { isPresent, probability } from '../../shared/vision/attributes/attributeHeads.ts';
import type { FaceAnalysis } from '../../shared/vision/attributes/faceAnalysis.ts';
import { attributesOf, type FaceAttributes } from '../../shared/vision/attributes/faceAttributes.ts';

/** A face that was looked at: what its heads say, and what the service would answer. */
export interface Judged extends Shown {
  probabilities: Record<TargetName, number>;
  held: Record<TargetName, boolean>;
  attributes: FaceAttributes;
}

export async function judge(face: FaceAnalysis, how: Shown): Promise<Judged> {
  const probabilities = {} as Judged['probabilities'];
  const held = {} as Judged['held'];
  for (const name of Object.keys(targets) as TargetName[]) {
    probabilities[name] = await probability(face, name);
    held[name] = await isPresent(face, name);
  }
  return {
    ...how,
    probabilities,
    held,
    attributes: await attributesOf(face, attributeNames),
  };
}

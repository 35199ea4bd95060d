import { attributeNames } from '../../shared/catalogue.ts';
import { attributesOf, type FaceAttributes } from '../../shared/vision/attributes/attributes.ts';
import type { Face } from '../../shared/vision/attributes/face.ts';
import { holds, probability } from '../../shared/vision/attributes/heads.ts';
import { type Shown, type TargetName, targets } from '../fit-attributes/targets.ts';

/** A face that was looked at: what its heads say, and what the service would answer. */
export interface Judged extends Shown {
  probabilities: Record<TargetName, number>;
  held: Record<TargetName, boolean>;
  attributes: FaceAttributes;
}

export async function judge(face: Face, how: Shown): Promise<Judged> {
  const probabilities = {} as Judged['probabilities'];
  const held = {} as Judged['held'];
  for (const name of Object.keys(targets) as TargetName[]) {
    probabilities[name] = await probability(face, name);
    held[name] = await holds(face, name);
  }
  return {
    ...how,
    probabilities,
    held,
    attributes: await attributesOf(face, attributeNames),
  };
}

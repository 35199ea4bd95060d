import { type FaceVariant, type HeadTargetName, headTargets } from '../../fit/attributes/headTargets.ts';
import { attributeNames } from '../../shared/modelNames.ts';
import { isPresent, probability } from '../../shared/vision/attributes/attributeHeads.ts';
import type { FaceAnalysis } from '../../shared/vision/attributes/faceAnalysis.ts';
import { attributesOf, type FaceAttributes } from '../../shared/vision/attributes/faceAttributes.ts';

/** A face with what its heads answer and what the service would. */
export interface EvaluatedFace extends FaceVariant {
  probabilities: Record<HeadTargetName, number>;
  /** Whether each probability is above its head's threshold. */
  predicted: Record<HeadTargetName, boolean>;
  attributes: FaceAttributes;
}

export async function evaluateFace(face: FaceAnalysis, variant: FaceVariant): Promise<EvaluatedFace> {
  const probabilities = {} as EvaluatedFace['probabilities'];
  const predicted = {} as EvaluatedFace['predicted'];
  for (const name of Object.keys(headTargets) as HeadTargetName[]) {
    probabilities[name] = await probability(face, name);
    predicted[name] = await isPresent(face, name);
  }
  return { ...variant, probabilities, predicted, attributes: await attributesOf(face, attributeNames) };
}

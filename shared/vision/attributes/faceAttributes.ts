import type { AttributeName } from '../../modelNames.ts';
import { accessories } from './accessories.ts';
import { age } from './age.ts';
import { blur } from './blur.ts';
import { emotion } from './emotion.ts';
import { exposure } from './exposure.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { facialHair } from './facialHair.ts';
import { gender } from './gender.ts';
import { glasses } from './glasses.ts';
import { hair } from './hair.ts';
import { headPose } from './headPose.ts';
import { makeup } from './makeup.ts';
import { mask } from './mask.ts';
import { noise } from './noise.ts';
import { occlusion } from './occlusion.ts';
import { qualityForRecognition } from './recognitionQuality.ts';
import { smile } from './smile.ts';

const attributes = {
  smile,
  headPose,
  gender,
  age,
  facialHair,
  glasses,
  emotion,
  blur,
  exposure,
  noise,
  makeup,
  accessories,
  occlusion,
  hair,
  mask,
  qualityForRecognition,
} satisfies Record<AttributeName, (face: FaceAnalysis) => unknown>;

/** The `faceAttributes` of the contract, rounded as the cloud rounds them. */
export type FaceAttributes = { [Name in AttributeName]?: Awaited<ReturnType<(typeof attributes)[Name]>> };

/** Computes the named attributes, in the order of the names. Each network that they need runs once. */
export async function attributesOf(
  face: FaceAnalysis,
  names: readonly AttributeName[],
): Promise<FaceAttributes> {
  const answer: Partial<Record<AttributeName, unknown>> = {};
  for (const name of names) answer[name] = await attributes[name](face);
  return answer as FaceAttributes;
}

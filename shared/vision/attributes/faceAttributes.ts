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

/** As the contract has them, rounded as the cloud rounds. */
export type FaceAttributes = { [Name in AttributeName]?: Awaited<ReturnType<(typeof attributes)[Name]>> };

/** The attributes that are named, in the order of their names. Runs the networks that they need, each once. */
export async function attributesOf(
  face: FaceAnalysis,
  names: readonly AttributeName[],
): Promise<FaceAttributes> {
  const answer: Partial<Record<AttributeName, unknown>> = {};
  for (const name of names) answer[name] = await attributes[name](face);
  return answer as FaceAttributes;
}

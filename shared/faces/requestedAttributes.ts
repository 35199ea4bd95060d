import { badArgument } from '../errors.ts';
import { type AttributeName, attributeNames, type DetectionModel } from '../modelNames.ts';

/** Those that the cloud computes on faces found by detection_03. */
const ofDetection03: ReadonlySet<AttributeName> = new Set(['headPose', 'mask', 'qualityForRecognition']);

/** Refuses attributes that the cloud does not compute with a detection model. Throws FaceError 400 BadArgument. */
export function checkAttributes(names: readonly AttributeName[], detectionModel: DetectionModel): void {
  if (detectionModel === 'detection_02' && names.length > 0)
    throw badArgument("'returnFaceAttributes' is not supported by detection_02.");
  if (detectionModel === 'detection_03' && !names.every((name) => ofDetection03.has(name)))
    throw badArgument(
      "Only face attributes 'headpose,mask,qualityforrecognition' are supported by detection_03.",
    );
}

const byLowerCase = new Map(attributeNames.map((name) => [name.toLowerCase(), name]));

/** The attribute of a name in any case; undefined where there is none. */
export const attributeOf = (name: string): AttributeName | undefined => byLowerCase.get(name.toLowerCase());

/** In the order in which an answer lists them. */
export const inOrder = (names: readonly AttributeName[]): AttributeName[] =>
  attributeNames.filter((name) => names.includes(name));

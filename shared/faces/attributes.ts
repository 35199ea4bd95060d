import { type AttributeName, attributeNames, type DetectionModel } from '../catalogue.ts';
import { badArgument } from '../errors.ts';

/** Attributes that can be computed. */
const available: ReadonlySet<AttributeName> = new Set();

/** Those that the cloud computes on faces found by detection_03. */
const ofDetection03: ReadonlySet<AttributeName> = new Set(['headPose', 'mask', 'qualityForRecognition']);

/**
 * Refuses attributes that cannot be had: with strictModels those that the cloud's detection model lacks, and always
 * those that are not computed yet. Throws FaceError 400 BadArgument.
 */
export function checkAttributes(
  names: readonly AttributeName[],
  detectionModel: DetectionModel,
  strictModels: boolean,
): void {
  if (strictModels && detectionModel === 'detection_02' && names.length > 0)
    throw badArgument("'returnFaceAttributes' is not supported by detection_02.");
  if (strictModels && detectionModel === 'detection_03' && !names.every((name) => ofDetection03.has(name)))
    throw badArgument(
      "Only face attributes 'headpose,mask,qualityforrecognition' are supported by detection_03.",
    );
  const missing = names.filter((name) => !available.has(name));
  if (missing.length > 0)
    throw badArgument(`'returnFaceAttributes' values not yet available: ${missing.join(', ')}.`);
}

const byLowerCase = new Map(attributeNames.map((name) => [name.toLowerCase(), name]));

/** The attribute of a name in any case; undefined where there is none. */
export const attributeOf = (name: string): AttributeName | undefined => byLowerCase.get(name.toLowerCase());

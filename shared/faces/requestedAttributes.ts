import { attributesUnsupported } from '../errors.ts';
import { type AttributeName, attributeNames, type DetectionModel } from '../modelNames.ts';

/** The attributes that Azure supports with detection_03. */
const detection03Attributes: ReadonlySet<AttributeName> = new Set([
  'headPose',
  'mask',
  'qualityForRecognition',
]);

/** Throws FaceError 400 BadArgument where Azure does not support an attribute with a detection model. */
export function assertAttributesSupported(
  names: readonly AttributeName[],
  detectionModel: DetectionModel,
): void {
  if (detectionModel === 'detection_02' && names.length > 0) throw attributesUnsupported(detectionModel);
  if (detectionModel === 'detection_03' && !names.every((name) => detection03Attributes.has(name)))
    throw attributesUnsupported(detectionModel);
}

const byLowerCase = new Map(attributeNames.map((name) => [name.toLowerCase(), name]));

/** Finds an attribute by its name in any case. */
export const findAttribute = (name: string): AttributeName | undefined => byLowerCase.get(name.toLowerCase());

/** The attributes in the order in which a response has them, each once. */
export const inResponseOrder = (names: readonly AttributeName[]): AttributeName[] =>
  attributeNames.filter((name) => names.includes(name));

import { badArgument } from '../errors.ts';
import type { AttributeName, DetectionModel, RecognitionModel } from '../modelNames.ts';
import type { FaceAttributes } from '../vision/attributes/faceAttributes.ts';
import type { Rectangle } from '../vision/geometry.ts';
import type { FaceLandmarks } from '../vision/landmarks27.ts';
import type { AnalysedFace } from '../vision/vision.ts';
import type { FaceDeps } from './faceDeps.ts';
import { checkAttributes, inOrder } from './requestedAttributes.ts';
import { storeFaces } from './transientFaces.ts';

export interface DetectOptions {
  returnFaceId: boolean;
  returnFaceLandmarks: boolean;
  returnFaceAttributes: readonly AttributeName[];
  returnRecognitionModel: boolean;
  recognitionModel: RecognitionModel;
  detectionModel: DetectionModel;
  /** Seconds, 60 to 86,400. */
  faceIdTimeToLive: number;
}

export interface DetectedFace {
  faceId?: string;
  faceRectangle: Rectangle;
  faceLandmarks?: FaceLandmarks;
  faceAttributes?: FaceAttributes;
  recognitionModel?: RecognitionModel;
}

/**
 * Finds the faces of an image, largest first, at most 100. Embeds and keeps them only where faceIds are wanted.
 * image: read once the options hold. subscription: its id. Throws FaceError 400 BadArgument and what
 * Vision.analyse throws.
 */
export async function detect(
  { store, vision, strictModels }: FaceDeps,
  subscription: string,
  options: DetectOptions,
  image: () => Promise<Uint8Array>,
): Promise<DetectedFace[]> {
  if (strictModels) checkModels(options);
  const { detectionModel, recognitionModel, returnFaceId, returnFaceLandmarks } = options;
  const attributes = inOrder(options.returnFaceAttributes);
  const faces = await vision.analyse(await image(), {
    detectionModel,
    ...(returnFaceLandmarks && { landmarks: true }),
    ...(attributes.length > 0 && { attributes }),
    ...(returnFaceId && { recognitionModel }),
  });
  const faceIds = returnFaceId
    ? await storeFaces(
        store,
        subscription,
        faces.map((face) => face.embedding!),
        recognitionModel,
        options.faceIdTimeToLive,
      )
    : [];
  return faces.map((face, i) => answer(face, faceIds[i], options));
}

/** Refuses what the cloud's detection models lack and these do not. */
function checkModels({ detectionModel, returnFaceAttributes, returnFaceLandmarks }: DetectOptions): void {
  if (detectionModel === 'detection_02' && returnFaceLandmarks)
    throw badArgument("'returnLandmarks' is not supported by detection_02.");
  checkAttributes(returnFaceAttributes, detectionModel);
}

/** The order of the keys is the cloud's. */
function answer(face: AnalysedFace, faceId: string | undefined, options: DetectOptions): DetectedFace {
  const { top, left, width, height } = face.rectangle;
  return {
    ...(faceId !== undefined && { faceId }),
    faceRectangle: { top, left, width, height },
    ...(options.returnFaceLandmarks && { faceLandmarks: face.landmarks! }),
    ...(face.attributes && { faceAttributes: face.attributes }),
    ...(options.returnRecognitionModel && { recognitionModel: options.recognitionModel }),
  };
}

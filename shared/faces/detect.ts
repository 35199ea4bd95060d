import { landmarksUnsupported } from '../errors.ts';
import type { AttributeName, DetectionModel, RecognitionModel } from '../modelNames.ts';
import type { FaceAttributes } from '../vision/attributes/faceAttributes.ts';
import type { Rectangle } from '../vision/geometry.ts';
import type { FaceLandmarks } from '../vision/landmarks27.ts';
import type { AnalysedFace } from '../vision/vision.ts';
import type { FaceDeps } from './faceDeps.ts';
import { assertAttributesSupported, inResponseOrder } from './requestedAttributes.ts';
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
 * Finds the faces in an image, at most 100, largest first. Computes and stores embeddings only for returnFaceId.
 * subscription: its id. readImage: called after the options were checked. signal: aborts when the client has gone.
 * Throws FaceError 400 BadArgument, and what `readImage` and Vision.analyse throw.
 */
export async function detect(
  { store, vision, strictModels }: FaceDeps,
  subscription: string,
  options: DetectOptions,
  readImage: () => Promise<Uint8Array>,
  signal?: AbortSignal,
): Promise<DetectedFace[]> {
  if (strictModels) assertSupported(options);
  const { detectionModel, recognitionModel, returnFaceId, returnFaceLandmarks } = options;
  const attributes = inResponseOrder(options.returnFaceAttributes);
  const analysis = {
    detectionModel,
    ...(returnFaceLandmarks && { landmarks: true }),
    ...(attributes.length > 0 && { attributes }),
    ...(returnFaceId && { recognitionModel }),
  };
  const faces = await vision.analyse(await readImage(), analysis, { subscription, signal });
  signal?.throwIfAborted();
  const faceIds = returnFaceId
    ? await storeFaces(
        store,
        subscription,
        faces.map((face) => face.embedding!),
        recognitionModel,
        options.faceIdTimeToLive,
      )
    : [];
  return faces.map((face, i) => asDetectedFace(face, faceIds[i], options));
}

/** Refuses what Azure's detection models do not support, although the models here do. */
function assertSupported({ detectionModel, returnFaceAttributes, returnFaceLandmarks }: DetectOptions): void {
  if (detectionModel === 'detection_02' && returnFaceLandmarks) throw landmarksUnsupported();
  assertAttributesSupported(returnFaceAttributes, detectionModel);
}

/** The properties are in Azure's order. */
function asDetectedFace(
  face: AnalysedFace,
  faceId: string | undefined,
  options: DetectOptions,
): DetectedFace {
  const { top, left, width, height } = face.rectangle;
  return {
    ...(faceId !== undefined && { faceId }),
    faceRectangle: { top, left, width, height },
    ...(options.returnFaceLandmarks && { faceLandmarks: face.landmarks! }),
    ...(face.attributes && { faceAttributes: face.attributes }),
    ...(options.returnRecognitionModel && { recognitionModel: options.recognitionModel }),
  };
}

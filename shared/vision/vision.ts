import type { AttributeName, DetectionModel, RecognitionModel } from '../modelNames.ts';
import type { FaceAttributes } from './attributes/faceAttributes.ts';
import type { Rectangle } from './geometry.ts';
import type { FaceLandmarks } from './landmarks27.ts';

/** What one image is to be analysed for; nothing that is not asked for is computed. */
export interface Analysis {
  detectionModel: DetectionModel;
  landmarks?: boolean;
  /** Attributes of every face found, in this order. */
  attributes?: readonly AttributeName[];
  /** Embed every face found with this model. */
  recognitionModel?: RecognitionModel;
  /** Embed exactly one face: the only one, or the one that overlaps this rectangle most (see Vision.analyse). */
  single?: { target?: Rectangle };
}

export interface AnalysedFace {
  rectangle: Rectangle;
  landmarks?: FaceLandmarks;
  attributes?: FaceAttributes;
  /** float16 little-endian, L2-normalised parts weighted by √w: a dot product of two is their similarity. */
  embedding?: Uint8Array;
}

/** For whom an image is analysed. */
export interface Requester {
  /** Subscriptions take turns while images wait. */
  subscription?: string;
  /** Drops the image while it waits. */
  signal?: AbortSignal | undefined;
}

export interface Vision {
  /**
   * Decodes an image once and answers its faces, largest first, at most 100.
   * image: JPEG, PNG, GIF (first frame) or BMP, 1 KB to 6 MB.
   * With `single`, the answer is one face: throws FaceError 400 InvalidImage 'No face detected in the image.',
   * 'There is more than 1 face in the image.', or 400 BadArgument 'Argument targetFace out of range.'.
   * Throws FaceError 400 InvalidImage | InvalidImageSize, 408 OperationTimeOut; Overloaded.
   */
  analyse(image: Uint8Array, analysis: Analysis, requester?: Requester): Promise<AnalysedFace[]>;
  /** Resolves once every worker has loaded the default models; readiness for /health. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

import type { AttributeName, DetectionModel, RecognitionModel } from '../modelNames.ts';
import type { FaceAttributes } from './attributes/faceAttributes.ts';
import type { Rectangle } from './geometry.ts';
import type { FaceLandmarks } from './landmarks27.ts';

/** What to compute for one image; everything else is skipped. */
export interface Analysis {
  detectionModel: DetectionModel;
  landmarks?: boolean;
  /** Attributes of every detected face, in this order. */
  attributes?: readonly AttributeName[];
  /** Compute the embedding of every detected face with this model. */
  recognitionModel?: RecognitionModel;
  /** Return exactly one face: the only one, or the one that the target rectangle matches (see Vision.analyse). */
  single?: { target?: Rectangle };
}

export interface AnalysedFace {
  rectangle: Rectangle;
  landmarks?: FaceLandmarks;
  attributes?: FaceAttributes;
  /** float16 little-endian. The dot product of two embeddings is their similarity. */
  embedding?: Uint8Array;
}

/** Who asks for an analysis. */
export interface Requester {
  /** Subscriptions take turns while images wait. */
  subscription?: string;
  /** Drops the image while it waits. */
  signal?: AbortSignal | undefined;
}

export interface Vision {
  /**
   * Decodes an image once and returns its faces, largest first, at most 100.
   * image: JPEG, PNG, GIF (first frame) or BMP, 1 KB to 6 MB.
   * With `single`, returns one face or throws FaceError 400 InvalidImage 'No face detected in the image.',
   * 'There is more than 1 face in the image.', or 400 BadArgument 'Argument targetFace out of range.'.
   * Throws FaceError 400 InvalidImage | InvalidImageSize, 408 OperationTimeOut; Overloaded.
   */
  analyse(image: Uint8Array, analysis: Analysis, requester?: Requester): Promise<AnalysedFace[]>;
  /** Resolves once every worker has loaded the default models. Rejects if one cannot; may be called again. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

import { readFile } from 'node:fs/promises';
import type { ModelName } from '../models/catalogue.ts';
import { FaceAnalysis } from '../shared/vision/attributes/faceAnalysis.ts';
import { decode } from '../shared/vision/decode.ts';
import { type DetectedFace, smallestFace, toDetectedFaces } from '../shared/vision/detectedFaces.ts';
import { detectorOf } from '../shared/vision/detection/detectors.ts';
import type { Rectangle } from '../shared/vision/geometry.ts';
import { findLandmarks, refineLandmarks } from '../shared/vision/landmarks.ts';
import { verifiedModelFile } from '../shared/vision/modelFiles.ts';
import { Networks } from '../shared/vision/networks.ts';
import { Pyramid, type Raster } from '../shared/vision/raster.ts';
import { nearestCentre } from './data/lfw.ts';

/** The service's networks on this thread, for photographs with one main face. */
export class FaceReader {
  readonly networks: Networks<ModelName>;

  constructor(cache: string) {
    this.networks = new Networks((name) => verifiedModelFile(cache, name));
  }

  /** The decoded photograph and its main face; undefined where detection_01 finds none. */
  async read(file: string): Promise<{ image: Raster; main: DetectedFace } | undefined> {
    const image = await decode(await readFile(file));
    const main = await this.mainFace(image);
    return main && { image, main };
  }

  /** The face nearest the centre of the image. */
  async mainFace(image: Raster): Promise<DetectedFace | undefined> {
    const detect = await detectorOf('detection_01', this.networks);
    const faces = toDetectedFaces(await detect(new Pyramid(image), smallestFace(image)), image);
    return nearestCentre(faces, image);
  }

  /** The face in a rectangle, with the landmarks that are found there. */
  async faceAt(image: Raster, rectangle: Rectangle): Promise<FaceAnalysis> {
    const landmarks = {
      small: await this.networks.get('landmark_68'),
      large: await this.networks.get('face_api_landmark_68'),
    };
    const pyramid = new Pyramid(image);
    const { points } = await findLandmarks(landmarks, pyramid, rectangle);
    return new FaceAnalysis(pyramid, await refineLandmarks(landmarks, pyramid, points), this.networks);
  }
}

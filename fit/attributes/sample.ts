import { readFile } from 'node:fs/promises';
import {
  ageGender,
  concatenate,
  emotionScores,
  tightTraits,
} from '../../shared/vision/attributes/attributeNetworks.ts';
import { FaceAnalysis } from '../../shared/vision/attributes/faceAnalysis.ts';
import { blocks } from '../../shared/vision/attributes/features.ts';
import { type Light, light } from '../../shared/vision/attributes/light.ts';
import { type Texture, texture } from '../../shared/vision/attributes/texture.ts';
import { decode } from '../../shared/vision/decode.ts';
import {
  type DetectedFace as Found,
  smallestFace,
  toDetectedFaces,
} from '../../shared/vision/detectedFaces.ts';
import { detectorOf } from '../../shared/vision/detection/detectors.ts';
import { findLandmarks, readAgain } from '../../shared/vision/landmarks.ts';
import { type ModelName, modelFile } from '../../shared/vision/modelFiles.ts';
import { Networks } from '../../shared/vision/networks.ts';
import { Pyramid, type Raster } from '../../shared/vision/raster.ts';
import { embed } from '../../shared/vision/recognition.ts';
import type { Rectangle } from '../../shared/vision/types.ts';
import { type OverlayName, overlays } from '../data/overlays.ts';
import { type Coverage, degraded, drawn } from '../data/pictures.ts';
import { Random } from '../math/random.ts';

/** What was done to a photograph. */
interface How {
  overlay?: OverlayName;
  coverage?: Coverage;
  /** Whether it was made smaller, softer or noisier. */
  degraded: boolean;
}
const plain: How = { degraded: false };

/** One face as the attributes' networks see it, as it is or changed. */
export interface Sample extends How {
  photograph: string;
  /** x, y by turns of the 68 points, image pixels. */
  points: number[];
  light: Light;
  texture: Texture;
  /** Years, by faceres and by face-api; emotions as human's network lists them. */
  said: { ageTight: number; age: number; emotion: number[] };
  /** All blocks of features, one after the other. */
  features: Float32Array;
}

export class Sampler {
  readonly #networks: Networks<ModelName>;

  constructor(cache: string) {
    this.#networks = new Networks((name) => modelFile(cache, name));
  }

  /**
   * The main face of a photograph as it is, degraded, and with two things drawn on it, one of them degraded. Empty
   * where no face is found. The same for the same photograph.
   */
  async sample(file: string): Promise<Sample[]> {
    return this.#changes(file, (face, how) => this.#describe(face, file, how));
  }

  /** The embeddings by recognition_02 of the same faces, in the same order. */
  async embeddings(file: string): Promise<Float32Array[]> {
    return this.#changes(file, (face) => this.embedding(face));
  }

  async embedding(face: FaceAnalysis): Promise<Float32Array> {
    const network = await this.#networks.get('mobilefacenet_512');
    const run = async (crop: Uint8Array) => (await network.run(crop, 112, 112)).embedding!.data;
    return embed([{ alignment: 'arcface', size: 112, weight: 1, run }], face.image, face.points);
  }

  async #changes<T>(file: string, see: (face: FaceAnalysis, how: How) => Promise<T>): Promise<T[]> {
    const image = await decode(await readFile(file));
    const found = await this.mainFace(image);
    if (!found) return [];
    const random = new Random(file.split('/').at(-1)!);
    const side = Math.max(found.rectangle.width, found.rectangle.height);
    const { points, rectangle } = found;
    const look = async (picture: Raster, scale: number, how: How) =>
      see(await this.face(picture, scaled(rectangle, scale)), how);
    const samples = [await look(image, 1, plain)];
    const worse = await degraded(image, side, random);
    samples.push(await look(worse.image, worse.scale, { ...plain, degraded: true }));
    const names = Object.keys(overlays) as OverlayName[];
    for (const worsen of [false, true]) {
      const overlay = random.pick(names);
      const { image: covered, coverage } = await drawn(image, points, overlay, random);
      const shown = worsen ? await degraded(covered, side, random) : { image: covered, scale: 1 };
      samples.push(await look(shown.image, shown.scale, { overlay, coverage, degraded: worsen }));
    }
    return samples;
  }

  /** The face nearest the middle. */
  async mainFace(image: Raster): Promise<Found | undefined> {
    const detect = await detectorOf('detection_01', this.#networks);
    const faces = toDetectedFaces(await detect(new Pyramid(image), smallestFace(image)), image);
    const away = ({ rectangle: { left, top, width, height } }: Found) =>
      Math.hypot(left + width / 2 - image.width / 2, top + height / 2 - image.height / 2);
    return faces.sort((p, q) => away(p) - away(q))[0];
  }

  /** The face in a rectangle, with the landmarks that are found there. */
  async face(image: Raster, rectangle: Rectangle): Promise<FaceAnalysis> {
    const landmarks = {
      small: await this.#networks.get('landmark_68'),
      large: await this.#networks.get('face_api_landmark_68'),
    };
    const pyramid = new Pyramid(image);
    const { points } = await findLandmarks(landmarks, pyramid, rectangle);
    return new FaceAnalysis(pyramid, await readAgain(landmarks, pyramid, points), this.#networks);
  }

  async #describe(face: FaceAnalysis, photograph: string, how: How): Promise<Sample> {
    const parts: Float32Array[] = [];
    for (const block of Object.values(blocks)) parts.push(await face.get(block));
    return {
      photograph,
      ...how,
      points: face.points.flatMap(({ x, y }) => [x, y]),
      light: face.get(light),
      texture: face.get(texture),
      said: {
        ageTight: (await face.get(tightTraits)).age,
        age: (await face.get(ageGender)).age,
        emotion: [...(await face.get(emotionScores))],
      },
      features: concatenate(...parts),
    };
  }
}

export const scaled = ({ left, top, width, height }: Rectangle, by: number): Rectangle => ({
  left: left * by,
  top: top * by,
  width: width * by,
  height: height * by,
});

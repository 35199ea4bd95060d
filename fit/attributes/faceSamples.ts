import { basename } from 'node:path';
import { ageGender, emotionScores, tightTraits } from '../../shared/vision/attributes/attributeNetworks.ts';
import type { FaceAnalysis } from '../../shared/vision/attributes/faceAnalysis.ts';
import { blocks } from '../../shared/vision/attributes/featureBlocks.ts';
import { type Light, light } from '../../shared/vision/attributes/light.ts';
import { type Texture, texture } from '../../shared/vision/attributes/texture.ts';
import { concatenate } from '../../shared/vision/concatenate.ts';
import type { Rectangle } from '../../shared/vision/geometry.ts';
import type { Raster } from '../../shared/vision/raster.ts';
import { embed } from '../../shared/vision/recognition.ts';
import { drawOverlay } from '../data/drawOverlay.ts';
import { type OverlayName, overlays } from '../data/overlays.ts';
import { degraded } from '../data/pictureChanges.ts';
import type { FaceReader } from '../faceReader.ts';
import { Random } from '../math/random.ts';
import type { FaceVariant } from './headTargets.ts';

type Alteration = Omit<FaceVariant, 'photograph'> & { degraded: boolean };

/** Measurements of a face that need no network. */
export interface Measurements {
  /** x, y by turns of the 68 points, image pixels. */
  points: number[];
  light: Light;
  texture: Texture;
}

export const measure = (face: FaceAnalysis): Measurements => ({
  points: face.points.flatMap(({ x, y }) => [x, y]),
  light: face.get(light),
  texture: face.get(texture),
});

/** One face, as it is or altered, with the features of the attributes' networks. */
export interface FaceSample extends FaceVariant, Measurements {
  degraded: boolean;
  /** Years, by faceres and by face-api; emotions as human's network lists them. */
  predictions: { tightAge: number; age: number; emotion: number[] };
  /** All blocks of features, one after the other. */
  features: Float32Array;
}

/**
 * The main face of a photograph as it is, degraded, and with two things drawn on it, one of them degraded. Empty
 * where no face is found. The same for the same photograph.
 */
export const sampleFaces = (reader: FaceReader, photograph: string): Promise<FaceSample[]> =>
  alteredFaces(reader, photograph, async (face, alteration) => ({
    photograph,
    ...alteration,
    ...measure(face),
    predictions: {
      tightAge: (await face.get(tightTraits)).age,
      age: (await face.get(ageGender)).age,
      emotion: [...(await face.get(emotionScores))],
    },
    features: await featuresOf(face),
  }));

/** The embeddings by recognition_02 of the same faces, in the same order. */
export const embedSamples = (reader: FaceReader, photograph: string): Promise<number[][]> =>
  alteredFaces(reader, photograph, (face) => embedFace(reader, face));

/** By recognition_02. */
export async function embedFace(reader: FaceReader, face: FaceAnalysis): Promise<number[]> {
  const network = await reader.networks.get('mobilefacenet_512');
  const run = async (crop: Uint8Array) => (await network.run(crop, 112, 112)).embedding!.data;
  return [...(await embed([{ alignment: 'arcface', size: 112, weight: 1, run }], face.image, face.points))];
}

async function alteredFaces<T>(
  reader: FaceReader,
  file: string,
  describe: (face: FaceAnalysis, alteration: Alteration) => Promise<T>,
): Promise<T[]> {
  const found = await reader.read(file);
  if (!found) return [];
  const { image, main } = found;
  const random = new Random(basename(file));
  const side = Math.max(main.rectangle.width, main.rectangle.height);
  const at = async (picture: Raster, scale: number, alteration: Alteration) =>
    describe(await reader.faceAt(picture, scaledBy(main.rectangle, scale)), alteration);
  const list = [await at(image, 1, { degraded: false })];
  const worse = await degraded(image, side, random);
  list.push(await at(worse.image, worse.scale, { degraded: true }));
  for (const isDegraded of [false, true]) {
    const overlay = random.pick(Object.keys(overlays) as OverlayName[]);
    const { image: overlaid, coverage } = await drawOverlay(image, main.points, overlay, random);
    const picture = isDegraded ? await degraded(overlaid, side, random) : { image: overlaid, scale: 1 };
    list.push(await at(picture.image, picture.scale, { overlay, coverage, degraded: isDegraded }));
  }
  return list;
}

async function featuresOf(face: FaceAnalysis): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (const block of Object.values(blocks)) parts.push(await face.get(block));
  return concatenate(parts);
}

export const scaledBy = ({ left, top, width, height }: Rectangle, factor: number): Rectangle => ({
  left: left * factor,
  top: top * factor,
  width: width * factor,
  height: height * factor,
});

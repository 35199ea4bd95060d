import { basename } from 'node:path';
import { frame } from '../../shared/vision/attributes/faceAnalysis.ts';
import type { Raster } from '../../shared/vision/raster.ts';
import { blurred, exposed, noisy } from '../data/pictureChanges.ts';
import type { FaceReader } from '../faceReader.ts';
import { Random } from '../math/random.ts';
import { embedFace, type Measurements, measure } from './faceSamples.ts';

export interface DistortedFace extends Measurements {
  /** By recognition_02. */
  embedding: number[];
}

/** The main face of a photograph made too dark, too bright, too noisy and too blurred, each to several degrees. */
export async function distortFace(reader: FaceReader, photograph: string): Promise<DistortedFace[]> {
  const found = await reader.read(photograph);
  if (!found) return [];
  const { image, main } = found;
  const { side } = (await reader.faceAt(image, main.rectangle)).get(frame);
  const pictures: Raster[] = [
    ...[-3.5, -2.5, 2, 3].map((value) => exposed(image, value)),
    ...[12, 30].map((sigma) => noisy(image, sigma, new Random(`${basename(photograph)} ${sigma}`))),
  ];
  for (const sigma of [2, 4, 7]) pictures.push(await blurred(image, (sigma * side) / 128));
  const list: DistortedFace[] = [];
  for (const picture of pictures) {
    const face = await reader.faceAt(picture, main.rectangle);
    list.push({ ...measure(face), embedding: await embedFace(reader, face) });
  }
  return list;
}

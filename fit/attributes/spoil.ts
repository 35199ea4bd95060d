import { readFile } from 'node:fs/promises';
import { frame } from '../../shared/vision/attributes/faceAnalysis.ts';
import { type Light, light } from '../../shared/vision/attributes/light.ts';
import { type Texture, texture } from '../../shared/vision/attributes/texture.ts';
import { decode } from '../../shared/vision/decode.ts';
import { type Raster, rasterOf } from '../../shared/vision/raster.ts';
import { noisy } from '../data/pictures.ts';
import { Random } from '../math/random.ts';
import { blurred, exposed } from './respond.ts';
import type { Sampler } from './sample.ts';

/** A face whose picture was spoilt on purpose. */
export interface Spoilt {
  points: number[];
  light: Light;
  texture: Texture;
  /** By recognition_02. */
  embedding: number[];
}

/** The main face of a photograph too soft, too dark, too bright and too noisy, each more and less. */
export async function spoil(sampler: Sampler, photograph: string): Promise<Spoilt[]> {
  const image = await decode(await readFile(photograph));
  const found = await sampler.mainFace(image);
  if (!found) return [];
  const { side } = (await sampler.face(image, found.rectangle)).get(frame);
  const { width, height } = image;
  const grainy = (sigma: number) =>
    rasterOf(noisy(image.data, sigma, new Random(`${photograph} ${sigma}`)), width, height);
  const pictures: Raster[] = [
    ...[-3.5, -2.5, 2, 3].map((value) => exposed(image, value)),
    ...[12, 30].map(grainy),
  ];
  for (const sigma of [2, 4, 7]) pictures.push(await blurred(image, (sigma * side) / 128));
  const spoilt: Spoilt[] = [];
  for (const picture of pictures) {
    const face = await sampler.face(picture, found.rectangle);
    spoilt.push({
      points: face.points.flatMap(({ x, y }) => [x, y]),
      light: face.get(light),
      texture: face.get(texture),
      embedding: [...(await sampler.embedding(face))],
    });
  }
  return spoilt;
}

import { join } from 'node:path';
import type { CustomDetector, CustomRecogniser } from '../customModelSettings.ts';
import { type Candidate, suppress } from './detection/candidates.ts';
import { Network } from './networks.ts';
import type { Pyramid } from './raster.ts';
import type { Embedder } from './recognition.ts';
import { type Crop, letterbox } from './resample.ts';

/** An operator's recogniser; its first output is the embedding. */
export async function customEmbedder(own: CustomRecogniser, folder: string): Promise<Embedder> {
  const network = await Network.load(join(folder, own.file));
  const { size } = own;
  return {
    alignment: own.alignment,
    size,
    weight: 1,
    run: async (crop) => {
      const outputs = await network.runFloats(...normalised(crop, size, size, own));
      return outputs[network.outputNames[0]!]!.data;
    },
  };
}

/** An operator's detector: from an image to faces in its pixels. */
export async function customDetector(
  own: CustomDetector,
  folder: string,
): Promise<(image: Pyramid) => Promise<Candidate[]>> {
  const network = await Network.load(join(folder, own.file));
  for (const name of [own.boxes, own.scores])
    if (!network.outputNames.includes(name))
      throw new Error(`${own.file} has no output ${name}, but ${network.outputNames.join(', ')}`);
  return async (image) => {
    const scale = Math.max(image.base.width / own.width, image.base.height / own.height);
    const width = Math.max(1, Math.min(own.width, Math.round(image.base.width / scale)));
    const height = Math.max(1, Math.min(own.height, Math.round(image.base.height / scale)));
    const pixels = letterbox(image, width, height, own.width, own.height);
    const outputs = await network.runFloats(...normalised(pixels, own.width, own.height, own));
    const boxes = outputs[own.boxes]!.data;
    const scores = outputs[own.scores]!.data;
    const columns = (4 * scores.length) / boxes.length;
    const scaleX = (image.base.width / width) * (own.units === 'fraction' ? own.width : 1);
    const scaleY = (image.base.height / height) * (own.units === 'fraction' ? own.height : 1);
    const found: Candidate[] = [];
    for (let i = 0; 4 * i < boxes.length; i++) {
      const score = scores[columns * (i + 1) - 1]!;
      if (score < own.threshold) continue;
      const [left, top, right, bottom] = boxes.subarray(4 * i, 4 * i + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      found.push({
        left: left * scaleX,
        top: top * scaleY,
        width: (right - left) * scaleX,
        height: (bottom - top) * scaleY,
        score,
      });
    }
    return suppress(found, 0.4, 0.65);
  };
}

type Normalisation = Pick<CustomRecogniser, 'layout' | 'channels' | 'mean' | 'std'>;

/** Interleaved RGB → the values an own network asks for, and their dimensions. */
function normalised(
  rgb: Crop,
  width: number,
  height: number,
  { layout, channels, mean, std }: Normalisation,
): [values: Float32Array, dims: number[]] {
  const places = width * height;
  const values = new Float32Array(3 * places);
  for (let channel = 0; channel < 3; channel++) {
    const colour = channels === 'RGB' ? channel : 2 - channel;
    const first = layout === 'NCHW' ? channel * places : channel;
    const step = layout === 'NCHW' ? 1 : 3;
    const scale = 1 / std[channel]!;
    const level = mean[channel]!;
    for (let i = 0; i < places; i++) values[first + i * step] = (rgb[3 * i + colour]! - level) * scale;
  }
  return [values, layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3]];
}

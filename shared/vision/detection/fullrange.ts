import type { Network } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { letterbox } from '../resample.ts';
import { type Candidate, sizeAt } from './candidates.ts';

const inputSide = 192;
const stride = 4;
const columns = inputSide / stride;
/** Its boxes go from eyebrows to chin; these make them UltraFace's. */
const wider = 1.21;
const higher = 0.038;

/**
 * MediaPipe's full-range detector (BlazeFace family) over the whole image: candidates of at least this score, not
 * yet suppressed. It is sure of faces seen from the side that UltraFace doubts.
 */
export async function fullRange(network: Network, image: Pyramid, threshold: number): Promise<Candidate[]> {
  const { width, height } = sizeAt(inputSide, image.base);
  const outputs = await network.run(
    letterbox(image, width, height, inputSide, inputSide),
    inputSide,
    inputSide,
  );
  const scores = outputs.score!.data;
  const boxes = outputs.box!.data;
  const scaleX = image.base.width / width;
  const scaleY = image.base.height / height;
  const places = columns * columns;
  const found: Candidate[] = [];
  for (let place = 0; place < places; place++) {
    const score = scores[place]!;
    if (score < threshold) continue;
    const x = ((place % columns) + 0.5) * stride + boxes[place]!;
    const y = (Math.floor(place / columns) + 0.5) * stride + boxes[places + place]!;
    const w = wider * boxes[2 * places + place]!;
    const h = wider * boxes[3 * places + place]!;
    found.push({
      left: (x - w / 2) * scaleX,
      top: (y - h / 2 - higher * h) * scaleY,
      width: w * scaleX,
      height: h * scaleY,
      score,
    });
  }
  return found;
}

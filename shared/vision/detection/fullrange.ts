import { cropOf, type Point } from '../geometry.ts';
import type { Network } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { type Crop, letterbox, warp } from '../resample.ts';
import { type Candidate, overlaps, sizeAt } from './candidates.ts';

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
  const scaleX = image.base.width / width;
  const scaleY = image.base.height / height;
  const seen = await look(network, letterbox(image, width, height, inputSide, inputSide), threshold);
  return seen.map((box) => ({
    left: box.left * scaleX,
    top: box.top * scaleY,
    width: box.width * scaleX,
    height: box.height * scaleY,
    score: box.score,
  }));
}

/** How many times the face's side is looked at around it: as large as the detector knows faces best. */
const surroundings = 4.5;

/** Its score for the face in one square of the image, turned by `roll` radians; 0 where it sees none there. */
export async function fullRangeOf(
  network: Network,
  image: Pyramid,
  { centre, side }: { centre: Point; side: number },
  roll: number,
): Promise<number> {
  const crop = new Uint8Array(3 * inputSide * inputSide);
  warp(image, cropOf(centre, surroundings * side, inputSide, roll), inputSide, crop);
  const width = inputSide / surroundings;
  const left = (inputSide - width) / 2;
  const face = { left, top: left, width, height: width };
  const seen = (await look(network, crop, 0.01)).filter((box) => overlaps(box, face, 0.3));
  return Math.max(0, ...seen.map(({ score }) => score));
}

/** Candidates in pixels of the network's input. */
async function look(network: Network, pixels: Crop, threshold: number): Promise<Candidate[]> {
  const outputs = await network.run(pixels, inputSide, inputSide);
  const scores = outputs.score!.data;
  const boxes = outputs.box!.data;
  const places = columns * columns;
  const found: Candidate[] = [];
  for (let place = 0; place < places; place++) {
    const score = scores[place]!;
    if (score < threshold) continue;
    const x = ((place % columns) + 0.5) * stride + boxes[place]!;
    const y = (Math.floor(place / columns) + 0.5) * stride + boxes[places + place]!;
    const w = wider * boxes[2 * places + place]!;
    const h = wider * boxes[3 * places + place]!;
    found.push({ left: x - w / 2, top: y - h / 2 - higher * h, width: w, height: h, score });
  }
  return found;
}

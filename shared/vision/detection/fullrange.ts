import { type Point, squareCrop } from '../geometry.ts';
import type { Network } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { type Crop, letterbox, warp } from '../resample.ts';
import { type Candidate, overlaps, sizeAt } from './candidates.ts';

const inputSide = 192;
const stride = 4;
const columns = inputSide / stride;
/** Its boxes span eyebrows to chin. Scaled by `boxScale` and moved up by `boxLift` of their height, they match UltraFace's. */
const boxScale = 1.21;
const boxLift = 0.038;

/**
 * Runs MediaPipe's full-range detector (BlazeFace family) on the whole image and returns all candidates of at least this
 * score, not yet suppressed. It scores profile faces higher than UltraFace does.
 */
export async function fullRange(network: Network, image: Pyramid, threshold: number): Promise<Candidate[]> {
  const { width, height } = sizeAt(inputSide, image.base);
  const scaleX = image.base.width / width;
  const scaleY = image.base.height / height;
  const boxes = await candidatesIn(network, letterbox(image, width, height, inputSide, inputSide), threshold);
  return boxes.map((box) => ({
    left: box.left * scaleX,
    top: box.top * scaleY,
    width: box.width * scaleX,
    height: box.height * scaleY,
    score: box.score,
  }));
}

/** Side of the crop around a face, in sides of the face. The detector is most accurate for faces of this relative size. */
const cropScale = 4.5;

/** The full-range detector's score for a face in a square of the image, rotated by `roll` radians; 0 if it finds none. */
export async function fullRangeOf(
  network: Network,
  image: Pyramid,
  { centre, side }: { centre: Point; side: number },
  roll: number,
): Promise<number> {
  const crop = new Uint8Array(3 * inputSide * inputSide);
  warp(image, squareCrop(centre, cropScale * side, inputSide, roll), inputSide, crop);
  const width = inputSide / cropScale;
  const left = (inputSide - width) / 2;
  const face = { left, top: left, width, height: width };
  const boxes = (await candidatesIn(network, crop, 0.01)).filter((box) => overlaps(box, face, 0.3));
  return Math.max(0, ...boxes.map(({ score }) => score));
}

/** Candidates in pixels of the network's input. */
async function candidatesIn(network: Network, pixels: Crop, threshold: number): Promise<Candidate[]> {
  const outputs = await network.run(pixels, inputSide, inputSide);
  const scores = outputs.score!.data;
  const boxes = outputs.box!.data;
  const cells = columns * columns;
  const found: Candidate[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const score = scores[cell]!;
    if (score < threshold) continue;
    const x = ((cell % columns) + 0.5) * stride + boxes[cell]!;
    const y = (Math.floor(cell / columns) + 0.5) * stride + boxes[cells + cell]!;
    const w = boxScale * boxes[2 * cells + cell]!;
    const h = boxScale * boxes[3 * cells + cell]!;
    found.push({ left: x - w / 2, top: y - h / 2 - boxLift * h, width: w, height: h, score });
  }
  return found;
}

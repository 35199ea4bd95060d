import { fitSimilarity, invert, meanOf, type Point, type Similarity } from './geometry.ts';

export type Alignment = 'arcface' | 'dlib';

/**
 * Transform from the coordinates of a size x size crop of the aligned face to the image's. landmarks: 68 points in image
 * pixels. arcface: aligns five points to the 112-pixel template of Deng et al. 2019. dlib: aligns all points except jaw,
 * eyebrows and lower lip to dlib's mean face with a padding of .25 (get_face_chip_details of dlib).
 */
export function align(landmarks: readonly Point[], alignment: Alignment, size: number): Similarity {
  const [points, template] =
    alignment === 'arcface'
      ? [fivePoints(landmarks), scaled(arcfaceTemplate, size / 112)]
      : [dlibPoints.map((i) => landmarks[i]!), scaled(dlibTemplate, size)];
  return invert(fitSimilarity(points, template));
}

/** Eye centres, tip of the nose and corners of the mouth. */
function fivePoints(p: readonly Point[]): Point[] {
  return [meanOf(p.slice(36, 42)), meanOf(p.slice(42, 48)), p[30]!, p[48]!, p[54]!];
}

function scaled(template: readonly Point[], by: number): Point[] {
  return template.map(({ x, y }) => ({ x: x * by, y: y * by }));
}

const arcfaceTemplate: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

/** Indices, among the 68 landmarks, of the mean face's points. */
const dlibPoints = [
  27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53,
  54, 60, 61, 62, 63, 64,
];

/** x and y of those points in a face of 1 x 1. */
const meanFace = [
  0.490127, 0.203352, 0.490127, 0.307009, 0.490127, 0.409805, 0.490127, 0.515625, 0.36688, 0.587326, 0.426036,
  0.609345, 0.490127, 0.628106, 0.554217, 0.609345, 0.613373, 0.587326, 0.121737, 0.216423, 0.187122,
  0.178758, 0.265825, 0.179852, 0.334606, 0.231733, 0.260918, 0.245099, 0.182743, 0.244077, 0.645647,
  0.231733, 0.714428, 0.179852, 0.793132, 0.178758, 0.858516, 0.216423, 0.79751, 0.244077, 0.719335, 0.245099,
  0.254149, 0.780233, 0.340985, 0.745405, 0.428858, 0.727388, 0.490127, 0.742578, 0.551395, 0.727388,
  0.639268, 0.745405, 0.726104, 0.780233, 0.290379, 0.784792, 0.428096, 0.778746, 0.490127, 0.785343,
  0.552157, 0.778746, 0.689874, 0.784792,
];

const padding = 0.25;
const dlibTemplate: readonly Point[] = dlibPoints.map((_, i) => ({
  x: (meanFace[2 * i]! + padding) / (1 + 2 * padding),
  y: (meanFace[2 * i + 1]! + padding) / (1 + 2 * padding),
}));

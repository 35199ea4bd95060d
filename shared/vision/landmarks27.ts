import { meanOf, type Point } from './geometry.ts';

/** 27 points in image pixels, one decimal. Left means left in the image. */
export type FaceLandmarks = Record<LandmarkName, Point>;

export const landmarkNames = [
  'pupilLeft',
  'pupilRight',
  'noseTip',
  'mouthLeft',
  'mouthRight',
  'eyebrowLeftOuter',
  'eyebrowLeftInner',
  'eyeLeftOuter',
  'eyeLeftTop',
  'eyeLeftBottom',
  'eyeLeftInner',
  'eyebrowRightInner',
  'eyebrowRightOuter',
  'eyeRightInner',
  'eyeRightTop',
  'eyeRightBottom',
  'eyeRightOuter',
  'noseRootLeft',
  'noseRootRight',
  'noseLeftAlarTop',
  'noseRightAlarTop',
  'noseLeftAlarOutTip',
  'noseRightAlarOutTip',
  'upperLipTop',
  'upperLipBottom',
  'underLipTop',
  'underLipBottom',
] as const;
export type LandmarkName = (typeof landmarkNames)[number];

/**
 * Converts the 68 points of iBUG 300-W (Sagonas et al. 2013) to the contract's 27, one decimal. Some points have no
 * counterpart: a pupil is the centre of its eye; the root and the alar points of the nose are placed relative to its bridge
 * and nostrils, in the proportions of the contract's published examples.
 */
export function toLandmarks27(points: readonly Point[]): FaceLandmarks {
  const at = (...indices: number[]) => meanOf(indices.map((index) => points[index]!));
  const nostrils = at(31, 35);
  const bridge = difference(at(30), at(27));
  const halfWidth = difference(at(35), nostrils);
  const landmarks: FaceLandmarks = {
    pupilLeft: at(36, 37, 38, 39, 40, 41),
    pupilRight: at(42, 43, 44, 45, 46, 47),
    noseTip: at(30),
    mouthLeft: at(48),
    mouthRight: at(54),
    eyebrowLeftOuter: at(17),
    eyebrowLeftInner: at(21),
    eyeLeftOuter: at(36),
    eyeLeftTop: at(37, 38),
    eyeLeftBottom: at(40, 41),
    eyeLeftInner: at(39),
    eyebrowRightInner: at(22),
    eyebrowRightOuter: at(26),
    eyeRightInner: at(42),
    eyeRightTop: at(43, 44),
    eyeRightBottom: at(46, 47),
    eyeRightOuter: at(45),
    noseRootLeft: moved(at(27), difference(at(39), at(27)), 0.35),
    noseRootRight: moved(at(27), difference(at(42), at(27)), 0.35),
    noseLeftAlarTop: moved(moved(at(29), bridge, 0.12), halfWidth, -0.79),
    noseRightAlarTop: moved(moved(at(29), bridge, 0.12), halfWidth, 0.79),
    noseLeftAlarOutTip: moved(moved(nostrils, bridge, -0.11), halfWidth, -1.26),
    noseRightAlarOutTip: moved(moved(nostrils, bridge, -0.11), halfWidth, 1.26),
    upperLipTop: at(51),
    upperLipBottom: at(62),
    underLipTop: at(66),
    underLipBottom: at(57),
  };
  for (const name of Object.keys(landmarks) as LandmarkName[]) {
    const { x, y } = landmarks[name];
    landmarks[name] = { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
  }
  return landmarks;
}

const difference = (p: Point, q: Point): Point => ({ x: p.x - q.x, y: p.y - q.y });
const moved = (p: Point, by: Point, times: number): Point => ({
  x: p.x + by.x * times,
  y: p.y + by.y * times,
});

import { centreOf, cropOf } from '../geometry.ts';
import { findLandmarks, type LandmarkNetworks, readAgain, rollOf, squareAround } from '../landmarks.ts';
import type { Network } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { warp } from '../resample.ts';
import type { Point } from '../types.ts';
import type { Candidate } from './candidates.ts';
import { fullRangeOf } from './fullrange.ts';

/** What a candidate looks like on a second look. */
export interface Detection {
  /** Log-odds of a face, as fitted. */
  evidence: number;
  /** Its 68 points, in image pixels. */
  points: Point[];
}

export interface ExaminingNetworks extends LandmarkNetworks {
  /** The last stage of MTCNN (Zhang et al. 2016), which tells faces from what is not. */
  output: Network;
  /** MediaPipe's full-range detector, asked where the others leave doubt. */
  fullRange: Network;
}

/**
 * Looks at a candidate for itself: is it a face to MTCNN's last stage, once as proposed and once again, upright,
 * around its landmarks, and do two landmark networks see the same points? On hands, ears and cloth they do not.
 * Where that leaves doubt, as in hair and shutters, the full-range detector is asked as well: it errs elsewhere.
 * proposal: the log-odds that the proposing network's score is worth. turned: look also whether it is a face lying
 * on its side or upside down. Nothing is said of what is rather no face.
 *
 * Fitted by logistic regression on faces of LFW and of group photographs, small, blurred, dark, noisy, turned,
 * masked, against what UltraFace proposes in the same photographs where no face is.
 */
export async function verifyCandidate(
  networks: ExaminingNetworks,
  image: Pyramid,
  candidate: Candidate,
  { proposal, turned }: { proposal: number; turned: boolean },
): Promise<Detection | undefined> {
  const square = { centre: centreOf(candidate), side: Math.max(candidate.width, candidate.height) };
  const look = async (roll: number, first: number): Promise<Seen | undefined> => {
    const known = proposal + first;
    if (known + mostThatPointsAdd < hopeless) return undefined;
    const seen = await examine(networks, image, candidate, roll);
    const evidence = known + 0.309 * seen.aligned - 0.409 * Math.log(Math.max(seen.disagreement, 0.02));
    return { ...seen, evidence };
  };
  const upright = 0.564 * (await faceness(networks.output, image, square.centre, square.side, 0));
  let best = await look(0, upright);
  if (turned && (best?.evidence ?? -Infinity) < sure) {
    const rolls = [Math.PI / 2, Math.PI, -Math.PI / 2];
    const seen: number[] = [];
    for (const roll of rolls)
      seen.push(0.564 * (await faceness(networks.output, image, square.centre, square.side, roll)) - rarity);
    const most = Math.max(...seen);
    const other = most + rarity > upright ? await look(rolls[seen.indexOf(most)]!, most) : undefined;
    if (other && other.evidence > (best?.evidence ?? -Infinity)) best = other;
  }
  if (!best || best.evidence < hopeless) return undefined;
  let { evidence } = best;
  if (evidence < beyondDoubt) {
    const score = await fullRangeOf(networks.fullRange, image, best.around, best.angle);
    evidence = 0.09 + 1.13 * evidence + 0.67 * logit(Math.max(score, 0.01));
  }
  if (evidence < least) return undefined;
  return { evidence, points: await readAgain(networks, image, best.points) };
}

interface Seen extends Detection, Examination {}

/** What landmarks say about a candidate. */
export interface Examination {
  points: Point[];
  /** The square around the points, turned by `angle` radians. */
  around: { centre: Point; side: number };
  angle: number;
  /** Log-odds of a face in that square, by MTCNN's last stage. */
  aligned: number;
  /** See Landmarks. */
  disagreement: number;
}

/** roll: about how far the head is turned clockwise, radians. */
export async function examine(
  networks: LandmarkNetworks & Pick<ExaminingNetworks, 'output'>,
  image: Pyramid,
  candidate: Candidate,
  roll: number,
): Promise<Examination> {
  const { points, disagreement } = await findLandmarks(networks, image, candidate, roll);
  const angle = rollOf(points);
  const around = squareAround(points, angle);
  const aligned = await faceness(networks.output, image, around.centre, 1.15 * around.side, angle);
  return { points, around, angle, aligned, disagreement };
}

/** With less there is no face. In 84 variants of six group photographs all 308 faces reach it, and two non-faces. */
const least = 3;
/** Evidence that the full-range detector cannot lift to `least`, and that it cannot lower below. */
const hopeless = 0.8;
const beyondDoubt = 5.5;
/** Evidence with which a face that stands upright is not doubted. */
const sure = 4;
/** Few faces lie on their side. */
const rarity = 1;
const mostThatPointsAdd = 0.309 * logit(1) - 0.409 * Math.log(0.02);

export function logit(p: number): number {
  return Math.log(Math.max(p, 1e-3) / Math.max(1 - p, 1e-3));
}

/** The log-odds of a face in a square of the image, turned by `roll`. */
export async function faceness(
  network: Network,
  image: Pyramid,
  centre: Point,
  side: number,
  roll: number,
): Promise<number> {
  const crop = new Uint8Array(3 * 48 * 48);
  warp(image, cropOf(centre, side, 48, roll), 48, crop);
  return logit((await network.run(crop, 48, 48)).score!.data[0]!);
}

import { centreOf, cropOf, type Point } from '../geometry.ts';
import { findLandmarks, type LandmarkNetworks, refineLandmarks, rollOf, squareAround } from '../landmarks.ts';
import type { Network } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { warp } from '../resample.ts';
import type { Candidate } from './candidates.ts';
import {
  examinedEvidence,
  fittedEvidence,
  logit,
  proposedEvidence,
  resolvedEvidence,
} from './evidenceModel.ts';
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
 * Examines a candidate: is it a face to MTCNN's last stage, as proposed and again, upright, around its landmarks, and
 * do two landmark networks find the same points? On hands, ears and cloth they do not. Where that leaves doubt, as in
 * hair and shutters, the full-range detector is asked as well, as it makes other errors.
 * evidence: of the proposal. turned: examine it too as a face lying on its side or upside down. Returns undefined for a
 * probable non-face.
 */
export async function verifyCandidate(
  networks: ExaminingNetworks,
  image: Pyramid,
  candidate: Candidate,
  { evidence: proposal, turned }: { evidence: number; turned: boolean },
): Promise<Detection | undefined> {
  const square = { centre: centreOf(candidate), side: Math.max(candidate.width, candidate.height) };
  const proposedAt = async (roll: number) => {
    const stage = await faceness(networks.output, image, square.centre, square.side, roll);
    return proposedEvidence(model, proposal, stage);
  };
  const examineAt = async (roll: number, evidence: number) => {
    if (evidence < model.least.proposed) return undefined;
    const examination = await examine(networks, image, candidate, roll);
    return { ...examination, evidence: examinedEvidence(model, evidence, examination) };
  };
  const upright = await proposedAt(0);
  let best = await examineAt(0, upright);
  if (turned && (best?.evidence ?? -Infinity) < model.beyondDoubt) {
    const turns: { roll: number; evidence: number }[] = [];
    for (const roll of [Math.PI / 2, Math.PI, -Math.PI / 2])
      turns.push({ roll, evidence: await proposedAt(roll) });
    const most = turns.reduce((p, q) => (q.evidence > p.evidence ? q : p));
    const lying = most.evidence > upright && (await examineAt(most.roll, most.evidence - rarity));
    if (lying && lying.evidence > (best?.evidence ?? -Infinity)) best = lying;
  }
  if (!best || best.evidence < model.least.examined) return undefined;
  let { evidence } = best;
  if (evidence < model.beyondDoubt) {
    const score = await fullRangeOf(networks.fullRange, image, best.around, best.angle);
    evidence = resolvedEvidence(model, evidence, score);
  }
  if (evidence < model.least.final) return undefined;
  return { evidence, points: await refineLandmarks(networks, image, best.points) };
}

const model = fittedEvidence;

/** Log odds: few faces lie on their side. Chosen, not fitted. */
const rarity = 1;

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

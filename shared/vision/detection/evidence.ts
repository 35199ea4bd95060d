import { centreOf, type Point, squareCrop } from '../geometry.ts';
import { findLandmarks, type LandmarkNetworks, refineLandmarks, rollOf, squareAround } from '../landmarks.ts';
import { logit } from '../logOdds.ts';
import type { Network } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { warp } from '../resample.ts';
import type { Candidate } from './candidates.ts';
import { examinedEvidence, fittedEvidence, proposedEvidence, resolvedEvidence } from './evidenceModel.ts';
import { fullRangeOf } from './fullrange.ts';

/** A verified face. */
export interface Detection {
  /** Log odds of a face. */
  evidence: number;
  /** Its 68 points, in image pixels. */
  points: Point[];
}

export interface ExaminingNetworks extends LandmarkNetworks {
  /** The last stage of MTCNN (Zhang et al. 2016), which classifies a crop as face or non-face. */
  output: Network;
  /** MediaPipe's full-range detector, which decides if the others leave doubt. */
  fullRange: Network;
}

/**
 * Examines a candidate. MTCNN's last stage classifies the proposed square and the upright square around its landmarks, and
 * two landmark networks have to agree, which they do not on hands, ears and cloth. If that leaves doubt, as on hair and
 * shutters, the full-range detector decides, which makes other errors.
 * evidence: of the proposal. turned: also examine it as a face that lies on its side or is upside down.
 * Returns undefined for a probable non-face.
 */
export async function verifyCandidate(
  networks: ExaminingNetworks,
  image: Pyramid,
  candidate: Candidate,
  { evidence: proposal, turned }: { evidence: number; turned: boolean },
): Promise<Detection | undefined> {
  const square = { centre: centreOf(candidate), side: Math.max(candidate.width, candidate.height) };
  const proposedAt = async (roll: number) => {
    const stage = await faceLogit(networks.output, image, square.centre, square.side, roll);
    return proposedEvidence(model, proposal, stage);
  };
  const examineAt = async (roll: number, evidence: number) => {
    if (evidence < model.minimumEvidence.proposed) return undefined;
    const examination = await examine(networks, image, candidate, roll);
    return { ...examination, evidence: examinedEvidence(model, evidence, examination) };
  };
  const upright = await proposedAt(0);
  let best = await examineAt(0, upright);
  if (turned && (best?.evidence ?? -Infinity) < model.beyondDoubt) {
    const rotations: { roll: number; evidence: number }[] = [];
    for (const roll of [Math.PI / 2, Math.PI, -Math.PI / 2])
      rotations.push({ roll, evidence: await proposedAt(roll) });
    const strongest = rotations.reduce((p, q) => (q.evidence > p.evidence ? q : p));
    const lying =
      strongest.evidence > upright && (await examineAt(strongest.roll, strongest.evidence - lyingPenalty));
    if (lying && lying.evidence > (best?.evidence ?? -Infinity)) best = lying;
  }
  if (!best || best.evidence < model.minimumEvidence.examined) return undefined;
  let { evidence } = best;
  if (evidence < model.beyondDoubt) {
    const score = await fullRangeOf(networks.fullRange, image, best.around, best.angle);
    evidence = resolvedEvidence(model, evidence, score);
  }
  if (evidence < model.minimumEvidence.final) return undefined;
  return { evidence, points: await refineLandmarks(networks, image, best.points) };
}

const model = fittedEvidence;

/** Log odds against a face that lies on its side. Chosen, not fitted. */
const lyingPenalty = 1;

/** A candidate after its landmarks were located. */
export interface Examination {
  points: Point[];
  /** The square around the points, turned by `angle` radians. */
  around: { centre: Point; side: number };
  angle: number;
  /** Log odds of a face in that square, by MTCNN's last stage. */
  aligned: number;
  /** See Landmarks. */
  disagreement: number;
}

/** Locates the landmarks of a candidate. roll: approximate clockwise rotation of the head, radians. */
export async function examine(
  networks: LandmarkNetworks & Pick<ExaminingNetworks, 'output'>,
  image: Pyramid,
  candidate: Candidate,
  roll: number,
): Promise<Examination> {
  const { points, disagreement } = await findLandmarks(networks, image, candidate, roll);
  const angle = rollOf(points);
  const around = squareAround(points, angle);
  const aligned = await faceLogit(networks.output, image, around.centre, 1.15 * around.side, angle);
  return { points, around, angle, aligned, disagreement };
}

/** Log odds of a face in a square of the image that is rotated by `roll` radians. network: MTCNN's last stage. */
export async function faceLogit(
  network: Network,
  image: Pyramid,
  centre: Point,
  side: number,
  roll: number,
): Promise<number> {
  const crop = new Uint8Array(3 * 48 * 48);
  warp(image, squareCrop(centre, side, 48, roll), 48, crop);
  return logit((await network.run(crop, 48, 48)).score!.data[0]!);
}

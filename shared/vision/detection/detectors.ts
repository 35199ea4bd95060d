import type { ModelName } from '../../../models/catalogue.ts';
import type { DetectionModel } from '../../modelNames.ts';
import type { Network, Networks } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { type Candidate, overlaps, suppress } from './candidates.ts';
import { type Detection, type ExaminingNetworks, verifyCandidate } from './evidence.ts';
import { type Detector, fittedEvidence, proposalEvidence } from './evidenceModel.ts';
import { fullRange } from './fullrange.ts';
import { ultraface } from './ultraface.ts';

/** How a detection model searches an image. */
export interface Search {
  /** Long sides, in pixels, to which the image is scaled for UltraFace, as far as it has the pixels. */
  sizes: readonly number[];
  /** At all sizes but the smallest, larger faces (pixels of the scaled image) are ignored: there, hands look like faces. */
  largest: number;
  /** Whether the full-range detector proposes faces too. */
  fullRange: boolean;
  /** Whether faces may lie on their side. */
  turned: boolean;
}

/** detection_01: near-frontal faces, fast. 02: also small, profile and blurred faces. 03: also masked and rotated faces. */
export const searches: Readonly<Record<DetectionModel, Search>> = {
  detection_01: { sizes: [320, 960], largest: 96, fullRange: false, turned: false },
  detection_02: { sizes: [320, 640, 960, 1920], largest: Infinity, fullRange: true, turned: true },
  detection_03: { sizes: [320, 640, 1280], largest: 96, fullRange: true, turned: true },
};

/** Loads a built-in detector. It skips faces that are clearly smaller than `smallest` pixels. */
export async function detectorOf(
  model: DetectionModel,
  networks: Networks<ModelName>,
): Promise<(image: Pyramid, smallest: number) => Promise<Detection[]>> {
  const search = searches[model];
  const ultra = await networks.get('ultraface');
  const examining: ExaminingNetworks = {
    output: await networks.get('onet'),
    fullRange: await networks.get('mediapipe_full_range'),
    small: await networks.get('landmark_68'),
    large: await networks.get('face_api_landmark_68'),
  };
  return async (image, smallest) => {
    const proposals = (await propose(ultra, examining.fullRange, image, search)).map((proposal) => ({
      ...proposal,
      evidence: proposalEvidence(fittedEvidence, proposal),
    }));
    const large = proposals.filter((proposal) => sideOf(proposal) > smallest / 1.5);
    return verifyProposals(large, (proposal) =>
      verifyCandidate(examining, image, proposal, { evidence: proposal.evidence, turned: search.turned }),
    );
  };
}

/** Candidates by the networks that search the whole image, suppressed for each network and size. */
export async function propose(
  ultra: Network,
  range: Network,
  image: Pyramid,
  search: Search,
): Promise<ProposedFace[]> {
  const proposals: ProposedFace[] = [];
  const longSide = Math.max(image.base.width, image.base.height);
  for (const [i, size] of sizesFor(longSide, search.sizes).entries()) {
    const largest = i > 0 ? (search.largest * longSide) / size : Infinity;
    for (const candidate of suppress(await ultraface(ultra, image, size, 0.1), 0.4, 0.65))
      if (sideOf(candidate) <= largest) proposals.push({ ...candidate, detector: 'ultraface' });
  }
  if (search.fullRange)
    for (const candidate of suppress(await fullRange(range, image, 0.2), 0.4, 0.65))
      proposals.push({ ...candidate, detector: 'fullRange' });
  return proposals;
}

export interface ProposedFace extends Candidate {
  detector: Detector;
}

const sideOf = ({ width, height }: Candidate) => Math.max(width, height);

interface Proposal extends Candidate {
  /** Log odds of a face by its score. */
  evidence: number;
}

/** An image with more proposals shows a pattern that resembles faces. */
const maxProposals = 600;

/** Verifies proposals, strongest first, and skips those that overlap a face that is already certain. */
async function verifyProposals(
  proposals: readonly Proposal[],
  verify: (proposal: Proposal) => Promise<Detection | undefined>,
): Promise<Detection[]> {
  const strongest = proposals.toSorted((p, q) => q.evidence - p.evidence).slice(0, maxProposals);
  const found: (Detection & { proposal: Proposal })[] = [];
  for (const proposal of strongest) {
    if (found.some((face) => face.evidence > certainEvidence && overlaps(face.proposal, proposal, 0.4, 0.65)))
      continue;
    const detection = await verify(proposal);
    if (detection) found.push({ ...detection, proposal });
  }
  return found;
}

/** With this evidence, overlapping proposals need no examination. */
const certainEvidence = 4;

/** The sizes that the image has the pixels for, its own size if that lies between two, and at least the smallest. */
function sizesFor(longSide: number, sizes: readonly number[]): number[] {
  const finest = Math.max(sizes[0]!, Math.min(longSide, sizes.at(-1)!));
  return [...sizes.filter((size) => size < 0.8 * finest), finest];
}

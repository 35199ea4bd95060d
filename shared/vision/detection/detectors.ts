import type { ModelName } from '../../../models/catalogue.ts';
import type { DetectionModel } from '../../modelNames.ts';
import type { Network, Networks } from '../networks.ts';
import type { Pyramid } from '../raster.ts';
import { type Candidate, overlaps, suppress } from './candidates.ts';
import { type Detection, type ExaminingNetworks, verifyCandidate } from './evidence.ts';
import { type Detector, fittedEvidence, proposalEvidence } from './evidenceModel.ts';
import { fullRange } from './fullrange.ts';
import { ultraface } from './ultraface.ts';

/** How an image is searched. */
export interface Search {
  /** Long sides, in pixels, at which UltraFace looks at the image, as far as it has them. */
  sizes: readonly number[];
  /** At all sizes but the smallest, faces above this many pixels are left to the others: it sees them in hands. */
  largest: number;
  /** Whether the full-range detector proposes faces as well. */
  fullRange: boolean;
  /** Whether faces may lie on their side. */
  turned: boolean;
}

/** detection_01: near-frontal faces, fast. 02: small, side and blurry ones. 03: all-round, masks and turned ones. */
export const searches: Readonly<Record<DetectionModel, Search>> = {
  detection_01: { sizes: [320, 960], largest: 96, fullRange: false, turned: false },
  detection_02: { sizes: [320, 640, 960, 1920], largest: Infinity, fullRange: true, turned: true },
  detection_03: { sizes: [320, 640, 1280], largest: 96, fullRange: true, turned: true },
};

/** A built-in detector. It leaves out what is clearly smaller than `smallest` pixels. */
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
    return facesAmong(large, (proposal) =>
      verifyCandidate(examining, image, proposal, { evidence: proposal.evidence, turned: search.turned }),
    );
  };
}

/** Candidates of the networks that look at the whole image, overlapping ones of one look suppressed. */
export async function propose(
  ultra: Network,
  range: Network,
  image: Pyramid,
  search: Search,
): Promise<ProposedFace[]> {
  const proposals: ProposedFace[] = [];
  const longSide = Math.max(image.base.width, image.base.height);
  for (const [list, size] of sizesFor(longSide, search.sizes).entries()) {
    const largest = list > 0 ? (search.largest * longSide) / size : Infinity;
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
  /** Log-odds of a face by its score. */
  evidence: number;
}

/** More is a pattern that looks like faces. */
const mostProposals = 600;

/** Proposals that overlap are one face's: the first that stands up to examination is taken for them all. */
async function facesAmong(
  proposals: readonly Proposal[],
  examined: (proposal: Proposal) => Promise<Detection | undefined>,
): Promise<Detection[]> {
  const open = proposals.toSorted((p, q) => q.evidence - p.evidence).slice(0, mostProposals);
  const found: (Detection & { proposal: Proposal })[] = [];
  for (const proposal of open) {
    if (found.some((face) => face.evidence > sureEnough && overlaps(face.proposal, proposal, 0.4, 0.65)))
      continue;
    const finding = await examined(proposal);
    if (finding) found.push({ ...finding, proposal });
  }
  return found;
}

/** Evidence that no other proposal for the same face has to improve. */
const sureEnough = 4;

/** The sizes that an image has pixels for, and its own where that is between two; at least the smallest. */
function sizesFor(longSide: number, sizes: readonly number[]): number[] {
  const finest = Math.max(sizes[0]!, Math.min(longSide, sizes.at(-1)!));
  return [...sizes.filter((size) => size < 0.8 * finest), finest];
}

import { overlaps } from '../../shared/vision/detection/candidates.ts';
import { type ProposedFace, propose } from '../../shared/vision/detection/detectors.ts';
import { type ExaminingNetworks, examine, faceLogit } from '../../shared/vision/detection/evidence.ts';
import { fullRangeOf } from '../../shared/vision/detection/fullrange.ts';
import { centreOf } from '../../shared/vision/geometry.ts';
import { Pyramid } from '../../shared/vision/raster.ts';
import { type FaceSquare, rectangleOf } from '../data/faceSquare.ts';
import { makeScene, type SceneDescription } from '../data/scenes.ts';
import type { FaceReader } from '../faceReader.ts';
import { Random } from '../math/random.ts';

/** The answers of the networks for a proposal, examined as an upright face or as a lying one. */
export interface Look {
  /** Log-odds of a face by MTCNN's last stage, in the square proposed and in the one around the landmarks. */
  proposed: number;
  aligned: number;
  /** Of two landmark networks, see Landmarks. */
  disagreement: number;
  /** Score of the full-range detector around the landmarks. */
  fullRange: number;
}

export interface ExaminedProposal {
  detector: ProposedFace['detector'];
  score: number;
  upright: Look;
  /** At the best of three quarter turns. */
  lying: Look;
  /** Position of the face that is there; undefined where none is known to be. */
  face?: number;
}

export interface ExaminedScene {
  description: SceneDescription;
  faces: FaceSquare[];
  lying: boolean;
  proposals: ExaminedProposal[];
}

/** The most proposals of one scene to examine that are on no face; more are drawn at random. */
const mostElsewhere = 60;

/** Examines the proposals in a scene, in all sizes that the three detection models search. */
export async function examineScene(
  reader: FaceReader,
  description: SceneDescription,
): Promise<ExaminedScene> {
  const { image, faces, lying } = await makeScene(reader, description);
  const networks: ExaminingNetworks = {
    output: await reader.networks.get('onet'),
    fullRange: await reader.networks.get('mediapipe_full_range'),
    small: await reader.networks.get('landmark_68'),
    large: await reader.networks.get('face_api_landmark_68'),
  };
  const ultraface = await reader.networks.get('ultraface');
  const pyramid = new Pyramid(image);
  const sizes = [320, 640, 960, 1280, 1920];
  const search = { sizes, largest: Infinity, fullRange: true, turned: true };
  const found = (await propose(ultraface, networks.fullRange, pyramid, search)).filter(
    ({ width, height }) => Math.max(width, height) > 24,
  );
  const squares = faces.map(rectangleOf);
  const proposals: ExaminedProposal[] = [];
  const elsewhere: ProposedFace[] = [];
  for (const proposal of found) {
    const face = squares.findIndex((square) => overlaps(proposal, square, 0.4));
    if (face >= 0) proposals.push({ ...(await examineProposal(networks, pyramid, proposal)), face });
    // Proposals that overlap a face a little are neither faces nor clearly none.
    else if (!squares.some((square) => overlaps(proposal, square, 0.05))) elsewhere.push(proposal);
  }
  const random = new Random(JSON.stringify(faces));
  for (const proposal of random.shuffled(elsewhere).slice(0, mostElsewhere))
    proposals.push(await examineProposal(networks, pyramid, proposal));
  return { description, faces, lying, proposals };
}

async function examineProposal(
  networks: ExaminingNetworks,
  image: Pyramid,
  proposal: ProposedFace,
): Promise<ExaminedProposal> {
  const centre = centreOf(proposal);
  const side = Math.max(proposal.width, proposal.height);
  const proposedAt = (roll: number) => faceLogit(networks.output, image, centre, side, roll);
  const lookAt = async (roll: number, proposed: number): Promise<Look> => {
    const { aligned, disagreement, around, angle } = await examine(networks, image, proposal, roll);
    return {
      proposed,
      aligned,
      disagreement,
      fullRange: await fullRangeOf(networks.fullRange, image, around, angle),
    };
  };
  const turns: { roll: number; proposed: number }[] = [];
  for (const roll of [Math.PI / 2, Math.PI, -Math.PI / 2])
    turns.push({ roll, proposed: await proposedAt(roll) });
  const best = turns.toSorted((p, q) => q.proposed - p.proposed)[0]!;
  return {
    detector: proposal.detector,
    score: proposal.score,
    upright: await lookAt(0, await proposedAt(0)),
    lying: await lookAt(best.roll, best.proposed),
  };
}

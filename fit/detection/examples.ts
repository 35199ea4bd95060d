import type { ExaminedProposal, ExaminedScene, Look } from './examineScene.ts';

/** A proposal as it is examined: upright, or lying where the faces of its scene lie. */
export interface Example {
  proposal: ExaminedProposal;
  look: Look;
  isFace: boolean;
  /** Group photographs, or those of one person. */
  source: 'group' | 'portraits';
}

/**
 * The faces of a scene; and what is proposed elsewhere, in group photographs alone: people in the background of the
 * others are in no list, so that what is proposed there may be a face.
 */
export function examplesOf({ description, lying, proposals }: ExaminedScene): Example[] {
  const source = description.kind === 'group' ? 'group' : 'portraits';
  return proposals.flatMap((proposal): Example[] => {
    const isFace = proposal.face !== undefined;
    if (!isFace && source !== 'group') return [];
    return [{ proposal, look: isFace && lying ? proposal.lying : proposal.upright, isFace, source }];
  });
}

/** The best score of each face of a scene over what is proposed there; -Infinity where nothing is. */
export function bestOfFaces(scene: ExaminedScene, score: (example: Example) => number): number[] {
  const best = scene.faces.map(() => -Infinity);
  for (const example of examplesOf(scene)) {
    const { face } = example.proposal;
    if (face !== undefined) best[face] = Math.max(best[face]!, score(example));
  }
  return best;
}

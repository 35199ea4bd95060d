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
 * Proposals on the faces of a scene, and in group photographs those elsewhere. In other photographs people in the
 * background are not labelled, so that proposals elsewhere may be faces.
 */
export function examplesOf({ description, lying, proposals }: ExaminedScene): Example[] {
  const source = description.kind === 'group' ? 'group' : 'portraits';
  return proposals.flatMap((proposal): Example[] => {
    const isFace = proposal.face !== undefined;
    if (!isFace && source !== 'group') return [];
    return [{ proposal, look: isFace && lying ? proposal.lying : proposal.upright, isFace, source }];
  });
}

/** The best score of each face of a scene over its proposals; -Infinity where it has none. */
export function bestOfFaces(scene: ExaminedScene, score: (example: Example) => number): number[] {
  const best = scene.faces.map(() => -Infinity);
  for (const example of examplesOf(scene)) {
    const { face } = example.proposal;
    if (face !== undefined) best[face] = Math.max(best[face]!, score(example));
  }
  return best;
}

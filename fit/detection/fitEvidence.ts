import { fitLogistic } from '../math/logistic.ts';
import { type Matrix, matrix } from '../math/matrix.ts';
import { logit } from '../../shared/vision/detection/evidence.ts';
import type { ExaminedProposal, ExaminedScene, Look } from './examineScene.ts';

/** A proposal as one look sees it. */
export interface Example {
  proposal: ExaminedProposal;
  look: Look;
  isFace: boolean;
  /** Relative weight in the fit. */
  importance: number;
}

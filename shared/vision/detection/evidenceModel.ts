import fitted from '../../../models/fitted/detection.json' with { type: 'json' };
import { logit } from '../logOdds.ts';

/** How outputs of networks become the log odds of a face. docs/fitting.md says how it is fitted. */
export interface EvidenceModel {
  /** Evidence of a proposal: linear in the logit of the score of the network that proposes it. */
  readonly proposal: Readonly<Record<Detector, { readonly weight: number; readonly offset: number }>>;
  /** Weights of the logits of MTCNN's last stage, in the proposed square and around the landmarks, and of log disagreement. */
  readonly examination: {
    readonly proposed: number;
    readonly aligned: number;
    readonly disagreement: number;
  };
  /** Weights of the evidence so far and of the logit of the full-range detector's score, used if the examination leaves doubt. */
  readonly doubt: { readonly evidence: number; readonly fullRange: number; readonly offset: number };
  /** Less evidence rejects a candidate: before landmarks are located, before the full-range detector runs, and finally. */
  readonly minimumEvidence: { readonly proposed: number; readonly examined: number; readonly final: number };
  /** Evidence of the examination that leaves no doubt. */
  readonly beyondDoubt: number;
}

/** The networks that propose faces. */
export type Detector = 'ultraface' | 'fullRange';

export const fittedEvidence: EvidenceModel = fitted;

/** Evidence of a proposal by the score, 0 to 1, of the network that proposed it. */
export function proposalEvidence(
  { proposal }: EvidenceModel,
  { detector, score }: { detector: Detector; score: number },
): number {
  const { weight, offset } = proposal[detector];
  return weight * logit(score) + offset;
}

/** Adds what MTCNN's last stage finds in the proposed square. stageLogit: the logit of its output. */
export function proposedEvidence(
  { examination }: EvidenceModel,
  evidence: number,
  stageLogit: number,
): number {
  return evidence + examination.proposed * stageLogit;
}

/** Adds what the landmarks show. aligned: logit of MTCNN's last stage around them. */
export function examinedEvidence(
  { examination }: EvidenceModel,
  evidence: number,
  { aligned, disagreement }: { aligned: number; disagreement: number },
): number {
  return (
    evidence + examination.aligned * aligned + examination.disagreement * logDisagreementOf(disagreement)
  );
}

/**
 * With the full-range detector's score, 0 to 1, of what the examination leaves in doubt: never more than what it does
 * not, so that of two proposals for one face the one that was never in doubt is the better.
 */
export function resolvedEvidence(
  { doubt, beyondDoubt }: EvidenceModel,
  evidence: number,
  score: number,
): number {
  const resolved = doubt.offset + doubt.evidence * evidence + doubt.fullRange * fullRangeLogit(score);
  return Math.min(beyondDoubt, resolved);
}

/** Logarithm of the disagreement of the two landmark networks; below .02 it carries no information. */
export const logDisagreementOf = (disagreement: number) => Math.log(Math.max(disagreement, 0.02));

/** The full-range detector reports no score below .01. */
export const fullRangeLogit = (score: number) => logit(Math.max(score, 0.01));

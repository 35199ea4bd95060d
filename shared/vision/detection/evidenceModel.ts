import fitted from '../../../models/fitted/detection.json' with { type: 'json' };

/** How the answers of networks become the log odds of a face; docs/fitting.md says how it is fitted. */
export interface EvidenceModel {
  /** Linear in the logit of the score of the network that proposes a face. */
  readonly proposal: Readonly<Record<Detector, { readonly weight: number; readonly offset: number }>>;
  /** Of the logits of MTCNN's last stage in the square proposed and around the landmarks, and of log disagreement. */
  readonly examination: {
    readonly proposed: number;
    readonly aligned: number;
    readonly disagreement: number;
  };
  /** Where the examination leaves doubt: of its evidence, and of the logit of the full-range detector's score. */
  readonly doubt: { readonly evidence: number; readonly fullRange: number; readonly offset: number };
  /** Less evidence is no face: before landmarks are looked for, before the full-range detector is asked, and at last. */
  readonly least: { readonly proposed: number; readonly examined: number; readonly final: number };
  /** From this evidence of the examination on there is no doubt. */
  readonly beyondDoubt: number;
}

/** The networks that propose faces. */
export type Detector = 'ultraface' | 'fullRange';

export const fittedEvidence: EvidenceModel = fitted;

/** From a proposal alone. score: 0 to 1. */
export function proposalEvidence(
  { proposal }: EvidenceModel,
  { detector, score }: { detector: Detector; score: number },
): number {
  const { weight, offset } = proposal[detector];
  return weight * logit(score) + offset;
}

/** With the square proposed looked at. logitOfStage: of MTCNN's last stage. */
export function proposedEvidence(
  { examination }: EvidenceModel,
  evidence: number,
  logitOfStage: number,
): number {
  return evidence + examination.proposed * logitOfStage;
}

/** With the landmarks looked at. */
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

/** The logarithm of the disagreement of two landmark networks; less than .02 is as good. */
export const logDisagreementOf = (disagreement: number) => Math.log(Math.max(disagreement, 0.02));

/** The full-range detector answers nothing below .01. */
export const fullRangeLogit = (score: number) => logit(Math.max(score, 0.01));

/** Log odds, of at most 1000 to 1. */
export function logit(p: number): number {
  return Math.log(Math.max(p, 1e-3) / Math.max(1 - p, 1e-3));
}

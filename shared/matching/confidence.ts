import fitted from '../../models/fitted/calibration.json' with { type: 'json' };
import type { Calibration, RecognitionModel } from '../modelNames.ts';

/**
 * Similarity → confidence of the built-in networks, fitted on LFW: .5 is a false accept rate of 1e-3 over all
 * cross-identity pairs, .6 of 1e-4; docs/fitting.md says how.
 */
export const calibrations: Record<RecognitionModel, Calibration> = {
  recognition_01: points(fitted.calibrations.recognition_01),
  recognition_02: points(fitted.calibrations.recognition_02),
  recognition_03: points(fitted.calibrations.recognition_03),
  recognition_04: points(fitted.calibrations.recognition_04),
};

/** Confidence 0 to 1, five decimals: linear between the points of the calibration, constant beyond them. */
export function confidenceOf(calibration: Calibration, similarity: number): number {
  if (Number.isNaN(similarity)) throw new RangeError('a similarity that is not a number');
  const above = calibration.findIndex(([s]) => s >= similarity);
  if (above === -1) return rounded(calibration.at(-1)![1]);
  const [s1, c1] = calibration[above]!;
  if (above === 0) return rounded(c1);
  const [s0, c0] = calibration[above - 1]!;
  return rounded(c0 + ((c1 - c0) * (similarity - s0)) / (s1 - s0));
}

/** The inverse of confidenceOf: the least similarity that reaches a confidence; Infinity where none does. */
export function similarityFor(calibration: Calibration, confidence: number): number {
  if (confidence <= calibration[0]![1]) return -Infinity;
  const above = calibration.findIndex(([, c]) => c >= confidence);
  if (above === -1) return Infinity;
  const [s0, c0] = calibration[above - 1]!;
  const [s1, c1] = calibration[above]!;
  return s0 + ((s1 - s0) * (confidence - c0)) / (c1 - c0);
}

function points(pairs: readonly number[][]): Calibration {
  return pairs.map(([similarity, confidence]) => [similarity!, confidence!]);
}

const rounded = (confidence: number) => Math.round(Math.min(1, Math.max(0, confidence)) * 1e5) / 1e5;

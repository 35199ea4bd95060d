import type { Calibration, RecognitionModel } from '../modelNames.ts';

/**
 * Similarity → confidence of the built-in networks, measured on LFW: .5 is a false accept rate of 1e-3 over all
 * cross-identity pairs, .6 about 1e-4.
 */
export const calibrations: Record<RecognitionModel, Calibration> = {
  recognition_01: points(0.698, 0.8377, 0.8795, 0.9077, 0.926, 0.9406, 0.953, 0.9748),
  recognition_02: points(-0.3441, 0.0065, 0.1331, 0.247, 0.337, 0.4115, 0.6489, 0.8126),
  recognition_03: points(-0.3641, 0.0068, 0.1521, 0.2787, 0.3725, 0.4459, 0.7008, 0.8439),
  recognition_04: points(0.3157, 0.5036, 0.5812, 0.6474, 0.6945, 0.7309, 0.8519, 0.9205),
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

function points(...similarities: number[]): Calibration {
  const confidences = [0, 0.09, 0.19, 0.34, 0.5, 0.6, 0.8, 0.92];
  return [...similarities.map((s, i) => [s, confidences[i]!] as const), [1, 1]];
}

const rounded = (confidence: number) => Math.round(Math.min(1, Math.max(0, confidence)) * 1e5) / 1e5;

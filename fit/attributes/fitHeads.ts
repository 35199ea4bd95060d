import type { BlockName } from '../../shared/vision/attributes/featureBlocks.ts';
import { logistic } from '../../shared/vision/logOdds.ts';
import { type Labels, type Side, sideOf } from '../data/labels.ts';
import { fitLogistic, type Weights } from '../math/logistic.ts';
import { type Matrix, matrix, product } from '../math/matrix.ts';
import { bestThreshold } from '../math/metrics.ts';
import { type EncodedHeads, encodeScaling, roundWeights } from './encodeHeads.ts';
import { columnsOf, standardise } from './featureColumns.ts';
import { type HeadTargetName, headTargets, type Target } from './headTargets.ts';
import type { SampleRecord, SampleSet } from './sampleSet.ts';

const face = ['tight'] as const;
const expressive = ['tight', 'expression'] as const;
const closeUp = ['tight', 'expression', 'colours'] as const;
const wholeHead = ['tight', 'wide', 'colours'] as const;
const everything = ['tight', 'wide', 'expression', 'colours'] as const;

/** The blocks of features that each head reads: the fewer, the fewer networks run for one attribute. */
const blocksOf: Readonly<Record<HeadTargetName, readonly BlockName[]>> = {
  male: face,
  smile: closeUp,
  blurry: face,
  moustache: closeUp,
  beard: closeUp,
  eyeglasses: closeUp,
  sunglasses: closeUp,
  goggles: everything,
  eyeMakeup: closeUp,
  lipMakeup: closeUp,
  faceMask: everything,
  noseCovered: closeUp,
  mouthOccluded: everything,
  eyeOccluded: everything,
  sideburns: wholeHead,
  bald: wholeHead,
  black: wholeHead,
  blond: wholeHead,
  brown: wholeHead,
  gray: wholeHead,
  headwear: wholeHead,
  hairless: wholeHead,
  foreheadOccluded: everything,
  angry: expressive,
  afraid: expressive,
  happy: expressive,
  neutral: expressive,
  sad: expressive,
  surprised: expressive,
};

/** Calibrated log odds of every sample, by head. */
export type HeadLogits = ReadonlyMap<HeadTargetName, Float32Array>;

/** Strength of the penalty: the best of .001 to .4 over all heads, on the people to tune on. */
const l2 = 0.1;

/** Fits every head on the people to fit on, quantises its weights, calibrates it and chooses its threshold. */
export async function fitHeads(
  { samples, features }: SampleSet,
  labels: Labels,
): Promise<{ encoded: EncodedHeads; logits: HeadLogits }> {
  const sides = samples.map(({ photograph }) => sideOf(photograph));
  const scaling = standardise(features, sides);
  const encoded: EncodedHeads = { scaling: encodeScaling(scaling), heads: {} };
  const logits = new Map<HeadTargetName, Float32Array>();
  const all = Object.keys(headTargets) as HeadTargetName[];
  for (const blockList of new Set(Object.values(blocksOf))) {
    const group = all.filter((name) => blocksOf[name] === blockList);
    console.error(`heads: ${group.join(', ')}`);
    const x = columnsOf(features, blockList);
    const targets = group.map((name) => samples.map((sample) => headTargets[name](sample, labels)));
    const { weights, codesOf } = roundWeights(await fitOn(x, targets, sides), blockList);
    const uncalibrated = await product(x, weights);
    for (const [o, name] of group.entries()) {
      const raw = columnOf(uncalibrated, o);
      const { slope, offset } = calibrate(raw, targets[o]!, sides);
      const calibrated = raw.map((z) => slope * z + offset);
      encoded.heads[name] = {
        offset: slope * weights.data[(x.columns - 1) * group.length + o]! + offset,
        threshold: thresholdOf(name, calibrated, targets[o]!, samples),
        blocks: codesOf(o, slope),
      };
      logits.set(name, calibrated);
    }
  }
  return { encoded, logits };
}

function columnOf({ rows, columns, data }: Matrix, column: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, i) => data[i * columns + column]!);
}

function fitOn(x: Matrix, targets: readonly Target[][], sides: readonly Side[]): Promise<Weights> {
  const goals = matrix(x.rows, targets.length);
  const importance = matrix(x.rows, targets.length);
  for (const [o, list] of targets.entries())
    for (const [i, [probability, weight]] of list.entries()) {
      goals.data[i * targets.length + o] = probability;
      importance.data[i * targets.length + o] = sides[i] === 'fit' ? weight : 0;
    }
  return fitLogistic(x, goals, importance, { l2, iterations: 40 });
}

/** Platt's slope and offset (1999), on the people to tune on, by Newton's method. */
function calibrate(raw: Float32Array, targets: readonly Target[], sides: readonly Side[]) {
  let slope = 1;
  let offset = 0;
  for (let iteration = 0; iteration < 30; iteration++) {
    let [ga, gb, haa, hab, hbb] = [1e-3 * (slope - 1), 0, 1e-3, 0, 1e-6];
    for (const [i, [target, weight]] of targets.entries()) {
      if (sides[i] !== 'tune' || weight === 0) continue;
      const z = raw[i]!;
      const p = 1 / (1 + Math.exp(-(slope * z + offset)));
      const w = weight * p * (1 - p);
      ga += weight * (p - target) * z;
      gb += weight * (p - target);
      haa += w * z * z;
      hab += w * z;
      hbb += w;
    }
    const determinant = haa * hbb - hab * hab;
    if (!(determinant > 1e-9)) break;
    slope = Math.min(3, Math.max(0.2, slope - (ga * hbb - gb * hab) / determinant));
    offset = Math.min(20, Math.max(-20, offset - (gb * haa - ga * hab) / determinant));
  }
  return { slope, offset };
}

/**
 * The threshold for the highest balanced accuracy on unaltered photographs. For probabilities that are right, that is
 * the share of positives; on the people to tune on it can be measured, and with few positives the measurement is
 * noisy: so it is the middle of both, in log odds. Heads that learn from drawings, which are clearer than real covers
 * and more frequent, are measured on all photographs, and the log odds of the best threshold divided by the reserve.
 */
function thresholdOf(
  name: HeadTargetName,
  logits: Float32Array,
  targets: readonly Target[],
  samples: readonly SampleRecord[],
): number {
  const known = [...targets.keys()].filter((i) => {
    const { photograph, overlay, degraded } = samples[i]!;
    const relevant = name in reserves || (!overlay && !degraded);
    return targets[i]![1] > 0 && relevant && sideOf(photograph) === 'tune';
  });
  const positive = known.map((i) => targets[i]![0] > 0.5);
  const best = bestThreshold(
    known.map((i) => logits[i]!),
    positive,
  );
  const share = positive.filter(Boolean).length / positive.length;
  const reserve = reserves[name];
  const threshold = reserve ? best / reserve : (best + Math.log(share / (1 - share))) / 2;
  return Number(logistic(threshold).toFixed(4));
}

/** Divisors of the log odds of a threshold: 3 where all positives to learn from were drawn, 2 where many were. */
const reserves: Partial<Record<HeadTargetName, number>> = {
  sunglasses: 2,
  eyeOccluded: 2,
  foreheadOccluded: 2,
  goggles: 3,
  faceMask: 3,
  noseCovered: 3,
  mouthOccluded: 3,
};

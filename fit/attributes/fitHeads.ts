import type { BlockName } from '../../shared/vision/attributes/features.ts';
import { logistic } from '../../shared/vision/attributes/numbers.ts';
import { type Labels, type Side, sideOf } from '../data/labels.ts';
import { fitLogistic, type Weights } from '../math/logistic.ts';
import { type Matrix, matrix, product } from '../math/matrix.ts';
import { bestThreshold } from '../math/metrics.ts';
import type { Collection, Seen } from './collect.ts';
import { columnsOf, standardise } from './columns.ts';
import { encodeScaling, type Fitted, roundWeights } from './encode.ts';
import { type Label, type TargetName, targets } from './targets.ts';

const identity = ['tight'] as const;
const moods = ['tight', 'expression'] as const;
const inner = ['tight', 'expression', 'colours'] as const;
const outer = ['tight', 'wide', 'colours'] as const;
const whole = ['tight', 'wide', 'expression', 'colours'] as const;

/** What each head may look at: the less, the fewer networks run for one attribute. */
const sights: Readonly<Record<TargetName, readonly BlockName[]>> = {
  male: identity,
  smile: inner,
  blurry: identity,
  moustache: inner,
  beard: inner,
  eyeglasses: inner,
  sunglasses: inner,
  goggles: whole,
  eyeMakeup: inner,
  lipMakeup: inner,
  faceMask: whole,
  noseCovered: inner,
  mouthOccluded: whole,
  eyeOccluded: whole,
  sideburns: outer,
  bald: outer,
  black: outer,
  blond: outer,
  brown: outer,
  gray: outer,
  headwear: outer,
  hairless: outer,
  foreheadOccluded: whole,
  angry: moods,
  afraid: moods,
  happy: moods,
  neutral: moods,
  sad: moods,
  surprised: moods,
};

export interface Scored {
  name: TargetName;
  /** Calibrated log odds of every sample. */
  logits: Float32Array;
}

/** Strength of the penalty: of .001 to .4, what did best on the people to tune on, over all heads. */
const l2 = 0.1;

/** Fits every head on the people to fit, turns its weights into bytes, calibrates it and chooses its threshold. */
export async function fitHeads(
  { seen, features }: Collection,
  labels: Labels,
): Promise<{ fitted: Fitted; scored: Scored[] }> {
  const sides = seen.map(({ photograph }) => sideOf(photograph));
  const scaling = standardise(features, sides);
  const fitted: Fitted = { scaling: encodeScaling(scaling), heads: {} };
  const scored: Scored[] = [];
  const all = Object.keys(targets) as TargetName[];
  for (const sight of new Set(Object.values(sights))) {
    const group = all.filter((name) => sights[name] === sight);
    console.error(`heads: ${group.join(', ')}`);
    const x = columnsOf(features, sight);
    const told = group.map((name) => seen.map((sample) => targets[name](sample, labels)));
    const { weights, codesOf } = roundWeights(await fitOn(x, told, sides), sight);
    const logits = await product(x, weights);
    for (const [o, name] of group.entries()) {
      const raw = columnOf(logits, o);
      const { slope, offset } = calibrate(raw, told[o]!, sides);
      const calibrated = raw.map((z) => slope * z + offset);
      fitted.heads[name] = {
        offset: slope * weights.data[(x.columns - 1) * group.length + o]! + offset,
        threshold: thresholdOf(name, calibrated, told[o]!, seen),
        blocks: codesOf(o, slope),
      };
      scored.push({ name, logits: calibrated });
    }
  }
  return { fitted, scored };
}

function columnOf({ rows, columns, data }: Matrix, column: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, i) => data[i * columns + column]!);
}

function fitOn(x: Matrix, told: readonly Label[][], sides: readonly Side[]): Promise<Weights> {
  const goals = matrix(x.rows, told.length);
  const importance = matrix(x.rows, told.length);
  for (const [o, list] of told.entries())
    for (const [i, [target, weight]] of list.entries()) {
      goals.data[i * told.length + o] = target;
      importance.data[i * told.length + o] = sides[i] === 'fit' ? weight : 0;
    }
  return fitLogistic(x, goals, importance, { l2, iterations: 40 });
}

/** Platt's slope and offset, on the people to tune on, by Newton's method. */
function calibrate(raw: Float32Array, told: readonly Label[], sides: readonly Side[]) {
  let slope = 1;
  let offset = 0;
  for (let iteration = 0; iteration < 30; iteration++) {
    let [ga, gb, haa, hab, hbb] = [1e-3 * (slope - 1), 0, 1e-3, 0, 1e-6];
    for (const [i, [target, weight]] of told.entries()) {
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
 * Where balanced accuracy is highest, on photographs as they are: for probabilities that are right that is how often
 * the thing is there, for those of the people to tune on where it proves to be, and with few of them that is chance; so
 * it is the middle of both, in log odds. What was learnt from drawings, which are clearer than life and there more
 * often, is judged by all and claimed with more reserve: at a half or a third of the best's log odds.
 */
function thresholdOf(
  name: TargetName,
  logits: Float32Array,
  told: readonly Label[],
  seen: readonly Seen[],
): number {
  const known = [...told.keys()].filter((i) => {
    const { photograph, overlay, degraded } = seen[i]!;
    const meant = name in reserves || (!overlay && !degraded);
    return told[i]![1] > 0 && meant && sideOf(photograph) === 'tune';
  });
  const holds = known.map((i) => told[i]![0] > 0.5);
  const best = bestThreshold(
    known.map((i) => logits[i]!),
    holds,
  );
  const share = holds.filter(Boolean).length / holds.length;
  const reserve = reserves[name];
  const threshold = reserve ? best / reserve : (best + Math.log(share / (1 - share))) / 2;
  return Number(logistic(threshold).toFixed(4));
}

/** By how much the best's log odds are divided; more where all that was learnt from was drawn. */
const reserves: Partial<Record<TargetName, number>> = {
  sunglasses: 2,
  eyeOccluded: 2,
  foreheadOccluded: 2,
  goggles: 3,
  faceMask: 3,
  noseCovered: 3,
  mouthOccluded: 3,
};

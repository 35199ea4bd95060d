import fitted from '../../../models/attributes/emotion.json' with { type: 'json' };
import shape from '../../../models/attributes/shape.json' with { type: 'json' };
import { apply, fitSimilarity, type Point } from '../geometry.ts';
import { type HeadName, logits } from './attributeHeads.ts';
import { emotionScores, expression } from './attributeNetworks.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { softmaxOf } from './softmaxClassifier.ts';

export const emotions = [
  'anger',
  'contempt',
  'disgust',
  'fear',
  'happiness',
  'neutral',
  'sadness',
  'surprise',
] as const;
export type Emotion = Record<(typeof emotions)[number], number>;

/** Heads whose log odds tell of emotions. */
export const emotionHeads = [
  'angry',
  'afraid',
  'happy',
  'neutral',
  'sad',
  'surprised',
  'smile',
] as const satisfies readonly HeadName[];

/**
 * Shares that sum to 1, three decimals. What two networks and seven heads say and where the landmarks are, weighed by a
 * softmax fitted to faces judged by eye. No network knows contempt: its share comes of the landmarks above all.
 */
export async function emotion(face: FaceAnalysis): Promise<Emotion> {
  const { probabilities } = await face.get(expression);
  const scores = await face.get(emotionScores);
  const heads = await logits(face, emotionHeads);
  return summing(softmaxOf(fitted, emotionFeatures(probabilities, scores, heads, face.points)));
}

/**
 * What emotions are told by: the logarithms of the seven probabilities of face-api's network and of human's, the log
 * odds of the heads, and x and y of the 68 points once they lie on a mean face as well as a turn, a shift and a scale
 * allow.
 */
export function emotionFeatures(
  faceApi: ArrayLike<number>,
  human: ArrayLike<number>,
  heads: readonly number[],
  points: readonly Point[],
): number[] {
  const place = fitSimilarity(points, meanFace);
  return [
    ...Array.from(faceApi, logarithm),
    ...Array.from(human, logarithm),
    ...heads,
    ...points.map((point) => apply(place, point)).flatMap(({ x, y }) => [x, y]),
  ];
}

/** No opinion is so sure that others could not outweigh it. */
const logarithm = (probability: number) => Math.log(Math.max(probability, 1e-3));

const meanFace = shape.shape.map(([x, y]) => ({ x: x!, y: y! }));

/** Three decimals that sum to 1: what rounding down leaves goes to those that lost most (largest remainder). */
function summing(shares: readonly number[]): Emotion {
  const exact = shares.map((share) => 1000 * share);
  const whole = exact.map(Math.floor);
  const left = 1000 - whole.reduce((sum, value) => sum + value, 0);
  const order = exact.map((_, i) => i).sort((i, j) => exact[j]! - whole[j]! - (exact[i]! - whole[i]!));
  for (const i of order.slice(0, left)) whole[i]!++;
  return Object.fromEntries(emotions.map((name, i) => [name, whole[i]! / 1000])) as Emotion;
}

import fitted from '../../../models/attributes/emotion.json' with { type: 'json' };
import shape from '../../../models/attributes/shape.json' with { type: 'json' };
import { apply, fitSimilarity, type Point } from '../geometry.ts';
import { type HeadName, headLogits } from './attributeHeads.ts';
import { emotionScores, expression } from './attributeNetworks.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { classify } from './softmaxClassifier.ts';

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

/** The heads whose log odds are features of emotion. */
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
 * Probabilities that sum to 1, three decimals, by a softmax classifier over the outputs of two networks and seven heads and
 * the positions of the landmarks. No network was trained on contempt; its probability comes mostly from the landmarks.
 */
export async function emotion(face: FaceAnalysis): Promise<Emotion> {
  const { probabilities } = await face.get(expression);
  const scores = await face.get(emotionScores);
  const heads = await headLogits(face, emotionHeads);
  return roundToSumOne(classify(fitted, emotionFeatures(probabilities, scores, heads, face.points)));
}

/**
 * Features of the emotion classifier: the logarithms of the seven probabilities by face-api and of the seven by
 * @vladmandic/human, the log odds of the heads, and x and y of the 68 landmarks aligned to a mean face by a similarity
 * transform.
 */
export function emotionFeatures(
  faceApi: ArrayLike<number>,
  human: ArrayLike<number>,
  heads: readonly number[],
  points: readonly Point[],
): number[] {
  const toMeanFace = fitSimilarity(points, meanFace);
  return [
    ...Array.from(faceApi, clippedLog),
    ...Array.from(human, clippedLog),
    ...heads,
    ...points.map((point) => apply(toMeanFace, point)).flatMap(({ x, y }) => [x, y]),
  ];
}

/** Clipped so that no single network outweighs all other features. */
const clippedLog = (probability: number) => Math.log(Math.max(probability, 1e-3));

const meanFace = shape.shape.map(([x, y]) => ({ x: x!, y: y! }));

/** Rounds to three decimals that sum to exactly 1, by the largest remainder method. */
function roundToSumOne(shares: readonly number[]): Emotion {
  const exact = shares.map((share) => 1000 * share);
  const thousandths = exact.map(Math.floor);
  const missing = 1000 - thousandths.reduce((sum, value) => sum + value, 0);
  const order = exact
    .map((_, i) => i)
    .sort((i, j) => exact[j]! - thousandths[j]! - (exact[i]! - thousandths[i]!));
  for (const i of order.slice(0, missing)) thousandths[i]!++;
  return Object.fromEntries(emotions.map((name, i) => [name, thousandths[i]! / 1000])) as Emotion;
}

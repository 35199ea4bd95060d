import type { Face } from './face.ts';
import { pose } from './headPose.ts';
import { type HeadName, probability } from './heads.ts';
import { emotionScores, expression } from './networks.ts';

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

/**
 * The seven that networks know: where face-api and human list them, and the heads that tell of them. Disgust is too
 * rare in photographs of the press for a head of its own.
 */
export const known = [
  { name: 'anger', faceApi: 3, human: 0, heads: ['angry'] },
  { name: 'disgust', faceApi: 5, human: 1, heads: [] },
  { name: 'fear', faceApi: 4, human: 2, heads: ['afraid'] },
  { name: 'happiness', faceApi: 1, human: 3, heads: ['happy', 'smile'] },
  { name: 'neutral', faceApi: 0, human: 6, heads: ['neutral'] },
  { name: 'sadness', faceApi: 2, human: 4, heads: ['sad'] },
  { name: 'surprise', faceApi: 6, human: 5, heads: ['surprised'] },
] as const satisfies readonly {
  name: keyof Emotion;
  faceApi: number;
  human: number;
  heads: readonly HeadName[];
}[];

/** Shares that sum to 1, three decimals. */
export async function emotion(face: Face): Promise<Emotion> {
  const { probabilities } = await face.get(expression);
  const scores = await face.get(emotionScores);
  const opinions: number[] = [];
  for (const { faceApi, human, heads } of known) {
    const networks = 0.7 * probabilities[faceApi]! + 0.3 * scores[human]!;
    opinions.push(await pooled(face, networks, heads));
  }
  const total = opinions.reduce((sum, value) => sum + value, 0);
  const contempt = contemptOf(face, await probability(face, 'smile'));
  const all = { contempt } as Emotion;
  for (const [i, { name }] of known.entries()) all[name] = ((1 - contempt) * opinions[i]!) / total;
  return summing(all);
}

/** The geometric mean of what the networks and the heads say, the heads as one voice. */
async function pooled(face: Face, networks: number, heads: readonly HeadName[]): Promise<number> {
  if (heads.length === 0) return Math.max(networks, least);
  let sum = 0;
  for (const head of heads) sum += Math.log(Math.max(await probability(face, head), least));
  return Math.exp((Math.log(Math.max(networks, least)) + sum / heads.length) / 2);
}

/** No opinion is so sure that another could not outweigh it. */
const least = 1e-3;

/**
 * No network knows contempt. A mouth that is drawn up on one side of a face that looks straight ahead and does not
 * smile is given a small share of it; all else none.
 */
function contemptOf(face: Face, smiling: number): number {
  const { yaw, roll } = face.get(pose);
  if (Math.abs(yaw) > 10 || smiling > 0.3) return 0;
  const angle = (roll * Math.PI) / 180;
  const height = (i: number) => face.points[i]!.y * Math.cos(angle) - face.points[i]!.x * Math.sin(angle);
  const across = (i: number) => face.points[i]!.x * Math.cos(angle) + face.points[i]!.y * Math.sin(angle);
  const lift = Math.abs(height(48) - height(54)) / (across(54) - across(48));
  return Math.max(0, Math.min(0.4, 4 * (lift - 0.05)));
}

/** Three decimals that sum to 1: what rounding down leaves goes to those that lost most (largest remainder). */
function summing(shares: Emotion): Emotion {
  const exact = emotions.map((name) => 1000 * shares[name]);
  const whole = exact.map(Math.floor);
  const left = 1000 - whole.reduce((sum, value) => sum + value, 0);
  const order = exact.map((_, i) => i).sort((i, j) => exact[j]! - whole[j]! - (exact[i]! - whole[i]!));
  for (const i of order.slice(0, left)) whole[i]!++;
  return Object.fromEntries(emotions.map((name, i) => [name, whole[i]! / 1000])) as Emotion;
}

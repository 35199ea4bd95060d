import { emotionFeatures, emotionHeads } from '../../shared/vision/attributes/emotion.ts';
import { hairColours, hairFeatures, hairHeads } from '../../shared/vision/attributes/hair.ts';
import type { Class } from '../../shared/vision/attributes/softmaxClassifier.ts';
import type { Point } from '../../shared/vision/types.ts';
import type { Question } from '../data/byEye.ts';
import { type Labels, sideOf } from '../data/labels.ts';
import type { Matrix } from '../math/matrix.ts';
import { fitSoftmax } from '../math/softmax.ts';
import { pointsOf, type Seen } from './collect.ts';
import { lengths, startOf } from './columns.ts';
import { mirrored } from './fitPose.ts';
import type { TargetName } from './targets.ts';

/** What is known of samples, row by row. */
export interface Findings {
  seen: readonly Seen[];
  logits: ReadonlyMap<TargetName, Float32Array>;
  /** Seven logarithms of what face-api's network says. */
  expression: readonly Float32Array[];
  colours: readonly Float32Array[];
}

/** Some features as they are, before they are standardised in place. */
export function plainFeatures({ rows, columns, data }: Matrix): Pick<Findings, 'expression' | 'colours'> {
  const cut = (from: number, length: number) =>
    Array.from({ length: rows }, (_, row) => data.slice(row * columns + from, row * columns + from + length));
  return {
    expression: cut(startOf('expression') + lengths.expression - 7, 7),
    colours: cut(startOf('colours'), lengths.colours),
  };
}

/** How by_eye.csv calls the emotions, in their order. */
export const expressions = [
  'angry',
  'contempt',
  'disgust',
  'fear',
  'happy',
  'neutral',
  'sad',
  'surprise',
] as const;

/** Penalties: of .001 to .03, what did best in cross-validation over the people to fit and to tune on. */
const l2 = { emotion: 0.005, hair: 0.005 };

/** From what networks and heads say and where the points are to shares of the emotions; each face and its mirror image. */
export async function fitEmotion({ seen, logits, expression }: Findings, labels: Labels): Promise<Class[]> {
  const rows = told(seen, labels, 'expression', expressions);
  const signsOf = (row: number, points: readonly Point[]) => {
    const heads = emotionHeads.map((mood) => logits.get(mood)![row]!);
    return emotionFeatures(expression[row]!.map(Math.exp), seen[row]!.said.emotion, heads, points);
  };
  const faces = rows.flatMap((one) => {
    const points = pointsOf(seen[one.row]!);
    const turned = mirrored.map((i) => ({ x: -points[i]!.x, y: points[i]!.y }));
    return [points, turned].map((place) => ({ ...one, values: signsOf(one.row, place) }));
  });
  const classes = await fitSoftmax(
    faces.map(({ values }) => values),
    faces.map(({ shares }) => shares),
    {
      l2: l2.emotion,
      importance: faces.map(({ importance }) => importance),
      alike: faces[0]!.values.length - 2 * 68,
    },
  );
  return classes.map(shortened);
}

/** From the log odds of hair's heads and the colours of a head's parts to shares of hair colours. */
export async function fitHair({ seen, logits, colours }: Findings, labels: Labels): Promise<Class[]> {
  const rows = told(seen, labels, 'hair', hairColours);
  const classes = await fitSoftmax(
    rows.map(({ row }) => {
      const heads = hairHeads.map((head) => logits.get(head)![row]!);
      return hairFeatures(heads, colours[row]!);
    }),
    rows.map(({ shares }) => shares),
    { l2: l2.hair, importance: rows.map(({ importance }) => importance) },
  );
  return classes.map(shortened);
}

/** Faces with nothing drawn on them of people who are not judged, of which all looks gave one of the answers. */
function told(seen: readonly Seen[], labels: Labels, question: Question, answers: readonly string[]) {
  const rows = [...seen.keys()].flatMap((row) => {
    const { photograph, overlay, degraded } = seen[row]!;
    if (overlay || sideOf(photograph) === 'judge') return [];
    const shares = labels.byEye.shares(photograph, question, answers);
    return shares ? [{ row, shares, importance: degraded ? 0.5 : 1 }] : [];
  });
  if (rows.length === 0)
    throw new Error(
      `Nobody looked at these photographs: by_eye.csv in their folder has to tell their ${question}.`,
    );
  return rows;
}

const shortened = ({ offset, weights }: Class): Class => ({
  offset: short(offset),
  weights: weights.map(short),
});
const short = (value: number) => Number(value.toPrecision(4));

import { emotionFeatures, emotionHeads } from '../../shared/vision/attributes/emotion.ts';
import { hairColours, hairFeatures, hairHeads } from '../../shared/vision/attributes/hair.ts';
import type { Class } from '../../shared/vision/attributes/softmaxClassifier.ts';
import type { Point } from '../../shared/vision/geometry.ts';
import type { Question } from '../data/byEye.ts';
import { type Labels, sideOf } from '../data/labels.ts';
import type { Matrix } from '../math/matrix.ts';
import { fitSoftmax } from '../math/softmax.ts';
import { lengths, startOf } from './featureColumns.ts';
import type { HeadLogits } from './fitHeads.ts';
import { mirrored } from './fitShape.ts';
import { pointsOf, type SampleRecord } from './sampleSet.ts';

/** The answers of networks and heads for samples, row by row. */
export interface SampleAnswers {
  samples: readonly SampleRecord[];
  logits: HeadLogits;
  /** Logarithms of the seven probabilities of face-api's expression network. */
  expression: readonly Float32Array[];
  colours: readonly Float32Array[];
}

/** A copy of some features, to be taken before they are standardised in place. */
export function plainFeatures({
  rows,
  columns,
  data,
}: Matrix): Pick<SampleAnswers, 'expression' | 'colours'> {
  const slices = (from: number, length: number) =>
    Array.from({ length: rows }, (_, row) => data.slice(row * columns + from, row * columns + from + length));
  return {
    expression: slices(startOf('expression') + lengths.expression - 7, 7),
    colours: slices(startOf('colours'), lengths.colours),
  };
}

/** The emotions as by_eye.csv names them, in the order in which the service answers them. */
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

/** Penalties: the best of .001 to .03 in cross-validation over the people to fit and to tune on. */
const l2 = { emotion: 0.005, hair: 0.005 };

/** From two networks, the heads and the landmarks to shares of the emotions; on each face and its mirror image. */
export async function fitEmotion(
  { samples, logits, expression }: SampleAnswers,
  labels: Labels,
): Promise<Class[]> {
  const rows = annotated(samples, labels, 'expression', expressions);
  const featuresOf = (row: number, points: readonly Point[]) => {
    const heads = emotionHeads.map((head) => logits.get(head)![row]!);
    return emotionFeatures(expression[row]!.map(Math.exp), samples[row]!.predictions.emotion, heads, points);
  };
  const faces = rows.flatMap((one) => {
    const points = pointsOf(samples[one.row]!);
    const mirrorImage = mirrored.map((i) => ({ x: -points[i]!.x, y: points[i]!.y }));
    return [points, mirrorImage].map((either) => ({ ...one, values: featuresOf(one.row, either) }));
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
export async function fitHair({ samples, logits, colours }: SampleAnswers, labels: Labels): Promise<Class[]> {
  const rows = annotated(samples, labels, 'hair', hairColours);
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

/** Faces with nothing drawn on them, of people who are not judged by, whose annotators all gave one of the choices. */
function annotated(
  samples: readonly SampleRecord[],
  labels: Labels,
  question: Question,
  choices: readonly string[],
) {
  const rows = [...samples.keys()].flatMap((row) => {
    const { photograph, overlay, degraded } = samples[row]!;
    if (overlay || sideOf(photograph) === 'judge') return [];
    const shares = labels.byEye.shares(photograph, question, choices);
    return shares ? [{ row, shares, importance: degraded ? 0.5 : 1 }] : [];
  });
  if (rows.length === 0)
    throw new Error(
      `${labels.byEye.file} annotates the ${question} of none of these photographs: put a by_eye.csv into their folder, see docs/fitting.md.`,
    );
  return rows;
}

const shortened = ({ offset, weights }: Class): Class => ({
  offset: short(offset),
  weights: weights.map(short),
});
const short = (value: number) => Number(value.toPrecision(4));

import { basename } from 'node:path';
import { type HeadTargetName, headTargets, isDecided } from '../../fit/attributes/headTargets.ts';
import type { Labels } from '../../fit/data/labels.ts';
import { areaUnderCurve, balancedAccuracy, calibrationError } from '../../fit/math/metrics.ts';
import { table } from '../textTable.ts';
import type { EvaluatedFace } from './evaluatedFace.ts';

/** Heads with labels, by machine or by eye, of unaltered photographs. */
const labelledHeads: readonly HeadTargetName[] = [
  'male',
  'smile',
  'eyeglasses',
  'sunglasses',
  'moustache',
  'beard',
  'sideburns',
  'bald',
  'headwear',
  'black',
  'blond',
  'brown',
  'gray',
  'eyeMakeup',
  'lipMakeup',
];
/** Heads whose labels are what was drawn on a face. */
const overlayHeads: readonly HeadTargetName[] = [
  'sunglasses',
  'goggles',
  'headwear',
  'faceMask',
  'noseCovered',
  'mouthOccluded',
  'eyeOccluded',
  'foreheadOccluded',
];

const columns = [
  '',
  'with',
  'without',
  'AUC',
  'balanced accuracy %',
  'calibration error',
  'decided: with',
  'AUC',
  'balanced accuracy %',
];

export function reportLabelled(faces: readonly EvaluatedFace[], labels: Labels): void {
  console.log('\nUnaltered photographs against labels (by machine; sunglasses by eye)');
  const rows = labelledHeads.map((name) => headRow(name, faces, labels));
  console.log(table(columns, rows));
  console.log('Decided: labels up to .3 and above .7 alone');
}

export function reportOverlaid(
  overlaid: readonly EvaluatedFace[],
  plain: readonly EvaluatedFace[],
  labels: Labels,
): void {
  console.log('\nAgainst what was drawn on faces, with and without drawings');
  console.log(
    table(
      columns,
      overlayHeads.map((name) => headRow(name, [...overlaid, ...plain], labels)),
    ),
  );
  const claims = {
    'a face mask': plain.filter(({ attributes }) => attributes.mask!.type === 'faceMask'),
    'swimming goggles': plain.filter(({ attributes }) => attributes.glasses === 'SwimmingGoggles'),
    'sunglasses where the labels have none': plain.filter(
      (face) => face.attributes.glasses === 'Sunglasses' && headTargets.sunglasses(face, labels)[0] === 0,
    ),
  };
  for (const [claim, faces] of Object.entries(claims))
    console.log(
      `Service answers ${claim} in ${faces.length} of ${plain.length} unaltered photographs ${faces.map(({ photograph }) => basename(photograph)).join(' ')}`,
    );
}

function headRow(name: HeadTargetName, faces: readonly EvaluatedFace[], labels: Labels): string[] {
  const labelled = faces
    .map((face) => ({ face, target: headTargets[name](face, labels) }))
    .filter(({ target: [, importance] }) => importance > 0)
    .map(({ face, target: [target] }) => ({
      target,
      score: face.probabilities[name],
      predicted: face.predicted[name],
    }));
  const targets = labelled.map(({ target }) => target);
  const scores = labelled.map(({ score }) => score);
  const [positives, ...measures] = binaryScores(labelled);
  return [
    name,
    positives!,
    `${labelled.length - Number(positives)}`,
    ...measures,
    calibrationError(scores, targets).toFixed(3),
    ...binaryScores(labelled.filter(({ target }) => isDecided(target))),
  ];
}

export interface LabelledScore {
  /** 0 to 1; above .5 is positive. */
  target: number;
  score: number;
  predicted: boolean;
}

/** The number of positives, the area under the curve and the balanced accuracy in %. */
export function binaryScores(labelled: readonly LabelledScore[]): string[] {
  const truth = labelled.map(({ target }) => target > 0.5);
  const positives = truth.filter(Boolean).length;
  if (positives === 0) return ['0', '', ''];
  const scores = labelled.map(({ score }) => score);
  const predicted = labelled.map((one) => Number(one.predicted));
  return [
    `${positives}`,
    areaUnderCurve(scores, truth).toFixed(4),
    (100 * balancedAccuracy(predicted, truth, 0.5)).toFixed(1),
  ];
}

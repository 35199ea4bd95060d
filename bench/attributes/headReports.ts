import { isDecided, type TargetName, targets } from '../../fit/attributes/targets.ts';
import type { Labels } from '../../fit/data/labels.ts';
import { areaUnderCurve, balancedAccuracy, calibrationError } from '../../fit/math/metrics.ts';
import { table } from '../table.ts';
import type { Judged } from './judge.ts';

/** Heads that machine labels, or the eye, tell of on photographs as they are. */
const labelled: readonly TargetName[] = [
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
/** Heads that what is drawn on a face tells of. */
const drawn: readonly TargetName[] = [
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

export function reportLabelled(faces: readonly Judged[], labels: Labels): void {
  console.log('\nAgainst labels, photographs as they are (by machine; sunglasses by eye)');
  const rows = labelled.map((name) => row(name, faces, labels));
  console.log(table(columns, rows));
  console.log('Decided: labels up to .3 and above .7 alone');
}

export function reportCovered(covered: readonly Judged[], plain: readonly Judged[], labels: Labels): void {
  console.log('\nAgainst what was drawn on faces, and faces on which nothing was');
  console.log(
    table(
      columns,
      drawn.map((name) => row(name, [...covered, ...plain], labels)),
    ),
  );
  const claims = {
    'a face mask': plain.filter(({ attributes }) => attributes.mask!.type === 'faceMask'),
    'swimming goggles': plain.filter(({ attributes }) => attributes.glasses === 'SwimmingGoggles'),
    'sunglasses that the eye does not see': plain.filter(
      (face) => face.attributes.glasses === 'Sunglasses' && targets.sunglasses(face, labels)[0] === 0,
    ),
  };
  for (const [claim, faces] of Object.entries(claims))
    console.log(
      `${faces.length} of ${plain.length} photographs as they are show ${claim} ${faces.map(({ photograph }) => photograph.split('/').at(-1)).join(' ')}`,
    );
}

function row(name: TargetName, faces: readonly Judged[], labels: Labels): string[] {
  const told = faces
    .map((face) => ({ face, label: targets[name](face, labels) }))
    .filter(({ label: [, importance] }) => importance > 0)
    .map(({ face, label: [target] }) => ({
      target,
      score: face.probabilities[name],
      held: face.held[name],
    }));
  const stated = told.map(({ target }) => target);
  const scores = told.map(({ score }) => score);
  const decided = told.filter(({ target }) => isDecided(target));
  const [positives, ...measures] = worth(told);
  return [
    name,
    positives!,
    `${told.length - Number(positives)}`,
    ...measures,
    calibrationError(scores, stated).toFixed(3),
    ...worth(decided),
  ];
}

/** How many are positive, the area under the curve and balanced accuracy; labels above .5 count as positive. */
export function worth(told: readonly { target: number; score: number; held: boolean }[]): string[] {
  const truth = told.map(({ target }) => target > 0.5);
  const positives = truth.filter(Boolean).length;
  if (positives === 0) return ['0', '', ''];
  const scores = told.map(({ score }) => score);
  const held = told.map((one) => Number(one.held));
  return [
    `${positives}`,
    areaUnderCurve(scores, truth).toFixed(4),
    (100 * balancedAccuracy(held, truth, 0.5)).toFixed(1),
  ];
}

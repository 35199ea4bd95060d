import { type Labels, type TargetName, targets } from '../fit-attributes/labels.ts';
import { areaUnderCurve, calibrationError } from '../fit-attributes/metrics.ts';
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
  'happy',
  'neutral',
  'sad',
  'surprised',
  'angry',
  'afraid',
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

const columns = ['', 'with', 'without', 'AUC', 'AUC where sure', 'balanced accuracy %', 'calibration error'];

export function reportLabelled(faces: readonly Judged[], labels: Labels): void {
  console.log('\nAgainst labels, photographs as they are (by machine; sunglasses by eye)');
  const rows = labelled.map((name) => row(name, faces, labels));
  console.log(table(columns, rows));
  const mean = (column: number) => rows.reduce((sum, cells) => sum + Number(cells[column]), 0) / rows.length;
  console.log(`Mean AUC ${mean(3).toFixed(4)}, balanced accuracy ${mean(5).toFixed(1)} %`);
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
      ({ attributes, photograph }) => attributes.glasses === 'Sunglasses' && !labels.sunglasses(photograph),
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
    .filter(({ label: [, importance] }) => importance > 0);
  const scores = told.map(({ face }) => face.probabilities[name]);
  const truth = told.map(({ label: [target] }) => target > 0.5);
  const right = (kind: boolean) => {
    const some = told.filter((_, i) => truth[i] === kind);
    return some.filter(({ face }) => face.held[name] === kind).length / some.length;
  };
  const stated = told.map(({ label: [target] }) => target);
  return [
    name,
    `${truth.filter(Boolean).length}`,
    `${truth.filter((holds) => !holds).length}`,
    areaUnderCurve(scores, truth).toFixed(4),
    sureArea(told.map(({ label: [target] }, i) => ({ target, score: scores[i]! }))),
    (50 * (right(true) + right(false))).toFixed(1),
    calibrationError(scores, stated).toFixed(3),
  ];
}

/** The area under the curve over labels below .1 and above .9 alone, and of how many above. */
function sureArea(told: readonly { target: number; score: number }[]): string {
  const sure = told.filter(({ target }) => target < 0.1 || target > 0.9);
  const truth = sure.map(({ target }) => target > 0.9);
  const area = areaUnderCurve(
    sure.map(({ score }) => score),
    truth,
  );
  return `${area.toFixed(4)} (${truth.filter(Boolean).length})`;
}

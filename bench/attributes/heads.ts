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

const columns = ['', 'with', 'without', 'AUC', 'balanced accuracy %', 'calibration error'];

export function reportLabelled(faces: readonly Judged[], labels: Labels): void {
  console.log('\nAgainst labels, photographs as they are (by machine; sunglasses by eye)');
  const rows = labelled.map((name) => row(name, faces, labels));
  console.log(table(columns, rows));
  const mean = (column: number) => rows.reduce((sum, cells) => sum + Number(cells[column]), 0) / rows.length;
  console.log(`Mean AUC ${mean(3).toFixed(4)}, balanced accuracy ${mean(4).toFixed(1)} %`);
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
    (50 * (right(true) + right(false))).toFixed(1),
    calibrationError(scores, stated).toFixed(3),
  ];
}

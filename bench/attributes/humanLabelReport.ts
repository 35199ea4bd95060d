import { expressions } from '../../fit/attributes/fitEmotionAndHair.ts';
import type { Question } from '../../fit/data/byEye.ts';
import type { Labels } from '../../fit/data/labels.ts';
import { areaUnderCurve, balancedAccuracy } from '../../fit/math/metrics.ts';
import { emotions } from '../../shared/vision/attributes/emotion.ts';
import { hairColours } from '../../shared/vision/attributes/hair.ts';
import { table } from '../textTable.ts';
import type { EvaluatedFace } from './evaluatedFace.ts';
import { binaryScores } from './headScores.ts';

type Shares = (face: EvaluatedFace) => readonly number[];

/** Against labels by eye, where both annotators gave the same. */
export function reportHumanLabels(faces: readonly EvaluatedFace[], labels: Labels): void {
  const agreed = (question: Question) =>
    faces.flatMap((face) => {
      const answer = labels.byEye.agreed(face.photograph, question);
      return answer === undefined ? [] : [{ face, answer }];
    });
  console.log(
    '\nAgainst labels by eye on which both annotators agree: emotion (rows: label; columns: strongest)',
  );
  const expressive = agreed('expression');
  reportShares(expressive, expressions, emotions, ({ attributes }) =>
    emotions.map((name) => attributes.emotion![name]),
  );
  const happy = expressive.map(({ answer }) => answer === 'happy');
  console.log(
    `Happiness above .5: balanced accuracy ${(
      100 *
        balancedAccuracy(
          expressive.map(({ face }) => face.attributes.emotion!.happiness),
          happy,
          0.5,
        )
    ).toFixed(1)} %`,
  );
  console.log('\nHair colour, where the service answers that hair is visible');
  const hair = agreed('hair').filter(({ answer }) => answer !== 'hidden' && answer !== 'none');
  reportShares(
    hair.filter(({ face }) => !face.attributes.hair!.invisible),
    hairColours,
    hairColours,
    ({ attributes }) =>
      hairColours.map((name) => attributes.hair!.hairColor.find(({ color }) => color === name)!.confidence),
  );
  const listed = faces.flatMap(({ photograph, attributes }) => {
    const label = labels.hair(photograph);
    if (label === undefined || label === 'hair') return [];
    const first = attributes.hair!.invisible ? 'none' : attributes.hair!.hairColor[0]!.color;
    return [first === (label === 'bald' || label === 'covered' ? 'none' : label)];
  });
  console.log(
    `First colour or none as in hair_by_eye.csv in ${listed.filter(Boolean).length} of ${listed.length}`,
  );
  console.log('\nPresent or not');
  console.log(
    table(
      ['', 'with', 'without', 'AUC', 'balanced accuracy %', 'missed', 'falsely'],
      presenceRows(agreed, labels),
    ),
  );
}

function presenceRows(
  agreed: (question: Question) => { face: EvaluatedFace; answer: string }[],
  labels: Labels,
): string[][] {
  const covered = (part: string) =>
    agreed('covered').map(({ face, answer }) => ({ face, truth: answer.includes(part) }));
  const glasses = agreed('eyewear');
  const hair = agreed('hair');
  return [
    presenceRow(
      'any glasses',
      glasses.map(({ face, answer }) => ({ face, truth: answer !== 'none' })),
      ({ probabilities: { eyeglasses, sunglasses, goggles } }) => Math.max(eyeglasses, sunglasses, goggles),
      ({ attributes }) => attributes.glasses !== 'NoGlasses',
    ),
    presenceRow(
      'sunglasses',
      glasses.map(({ face, answer }) => ({ face, truth: answer === 'sun' })),
      ({ probabilities }) => probabilities.sunglasses,
      ({ attributes }) => attributes.glasses === 'Sunglasses',
    ),
    presenceRow(
      'no hair visible',
      hair.map(({ face, answer }) => ({ face, truth: answer === 'none' || answer === 'hidden' })),
      ({ probabilities }) => probabilities.hairless,
      ({ attributes }) => attributes.hair!.invisible,
    ),
    presenceRow(
      'forehead occluded',
      covered('F'),
      ({ probabilities }) => probabilities.foreheadOccluded,
      ({ attributes }) => attributes.occlusion!.foreheadOccluded,
    ),
    presenceRow(
      'eye occluded, or dark glasses',
      covered('E').map(({ face, truth }) => ({
        face,
        truth: truth || labels.byEye.agreed(face.photograph, 'eyewear') === 'sun',
      })),
      ({ probabilities }) => probabilities.eyeOccluded,
      ({ attributes }) => attributes.occlusion!.eyeOccluded,
    ),
    presenceRow(
      'mouth occluded',
      covered('M'),
      ({ probabilities }) => probabilities.mouthOccluded,
      ({ attributes }) => attributes.occlusion!.mouthOccluded,
    ),
  ];
}

function presenceRow(
  name: string,
  labelled: readonly { face: EvaluatedFace; truth: boolean }[],
  score: (face: EvaluatedFace) => number,
  predicted: (face: EvaluatedFace) => boolean,
): string[] {
  const scores = labelled.map(({ face, truth }) => ({
    target: Number(truth),
    score: score(face),
    predicted: predicted(face),
  }));
  const [positives, ...measures] = binaryScores(scores);
  const count = (prediction: boolean, target: number) =>
    `${scores.filter((one) => one.predicted === prediction && one.target === target).length}`;
  return [
    name,
    positives!,
    `${scores.length - Number(positives)}`,
    ...measures,
    count(false, 1),
    count(true, 0),
  ];
}

/** A confusion matrix. choices: the labels, in the order of the names of the shares. */
function reportShares(
  labelled: readonly { face: EvaluatedFace; answer: string }[],
  choices: readonly string[],
  names: readonly string[],
  sharesOf: Shares,
): void {
  const known = labelled
    .filter(({ answer }) => choices.includes(answer))
    .map(({ face, answer }) => ({ truth: choices.indexOf(answer), shares: sharesOf(face) }));
  const strongest = (shares: readonly number[]) => shares.indexOf(Math.max(...shares));
  const right = known.filter(({ truth, shares }) => strongest(shares) === truth).length;
  console.log(`The strongest is right in ${((100 * right) / known.length).toFixed(1)} % of ${known.length}`);
  console.log(
    table(
      ['label', 'photographs', 'AUC', ...names],
      names.map((name, c) => {
        const these = known.filter(({ truth }) => truth === c);
        const area = areaUnderCurve(
          known.map(({ shares }) => shares[c]!),
          known.map(({ truth }) => truth === c),
        );
        return [
          name,
          `${these.length}`,
          area.toFixed(3),
          ...names.map((_, k) => `${these.filter(({ shares }) => strongest(shares) === k).length}`),
        ];
      }),
    ),
  );
}

import { expressions } from '../../fit/attributes/fitShares.ts';
import type { Question } from '../../fit/data/byEye.ts';
import type { Labels } from '../../fit/data/labels.ts';
import { areaUnderCurve, balancedAccuracy } from '../../fit/math/metrics.ts';
import { emotions } from '../../shared/vision/attributes/emotion.ts';
import { hairColours } from '../../shared/vision/attributes/hair.ts';
import { table } from '../table.ts';
import { worth } from './headReports.ts';
import type { Judged } from './judge.ts';

type Shares = (face: Judged) => readonly number[];

/** Against what was seen by looking at the photographs twice, where both looks gave the same. */
export function reportSeen(faces: readonly Judged[], labels: Labels): void {
  const agreed = (question: Question) =>
    faces.flatMap((face) => {
      const answer = labels.byEye.agreed(face.photograph, question);
      return answer === undefined ? [] : [{ face, answer }];
    });
  console.log(
    '\nAgainst what was seen by eye, where two looks agree: emotion (lines: seen; columns: strongest)',
  );
  const shown = agreed('expression');
  reportShares(shown, expressions, emotions, ({ attributes }) =>
    emotions.map((name) => attributes.emotion![name]),
  );
  const happy = shown.map(({ answer }) => answer === 'happy');
  console.log(
    `Happiness above .5: balanced accuracy ${(
      100 *
        balancedAccuracy(
          shown.map(({ face }) => face.attributes.emotion!.happiness),
          happy,
          0.5,
        )
    ).toFixed(1)} %`,
  );
  console.log('\nHair of heads on which the service sees some');
  const hair = agreed('hair').filter(({ answer }) => answer !== 'hidden' && answer !== 'none');
  reportShares(
    hair.filter(({ face }) => !face.attributes.hair!.invisible),
    hairColours,
    hairColours,
    ({ attributes }) =>
      hairColours.map((name) => attributes.hair!.hairColor.find(({ color }) => color === name)!.confidence),
  );
  const listed = faces.flatMap(({ photograph, attributes }) => {
    const told = labels.hair(photograph);
    if (told === undefined || told === 'hair') return [];
    const first = attributes.hair!.invisible ? 'none' : attributes.hair!.hairColor[0]!.color;
    return [first === (told === 'bald' || told === 'covered' ? 'none' : told)];
  });
  console.log(
    `First colour or none as in hair_by_eye.csv in ${listed.filter(Boolean).length} of ${listed.length}`,
  );
  console.log('\nWhether something is there');
  console.log(
    table(
      ['', 'with', 'without', 'AUC', 'balanced accuracy %', 'missed', 'falsely'],
      binaries(agreed, labels),
    ),
  );
}

function binaries(
  agreed: (question: Question) => { face: Judged; answer: string }[],
  labels: Labels,
): string[][] {
  const covered = (part: string) =>
    agreed('covered').map(({ face, answer }) => ({ face, truth: answer.includes(part) }));
  const glasses = agreed('eyewear');
  const hair = agreed('hair');
  return [
    row(
      'any glasses',
      glasses.map(({ face, answer }) => ({ face, truth: answer !== 'none' })),
      ({ probabilities: { eyeglasses, sunglasses, goggles } }) => Math.max(eyeglasses, sunglasses, goggles),
      ({ attributes }) => attributes.glasses !== 'NoGlasses',
    ),
    row(
      'sunglasses',
      glasses.map(({ face, answer }) => ({ face, truth: answer === 'sun' })),
      ({ probabilities }) => probabilities.sunglasses,
      ({ attributes }) => attributes.glasses === 'Sunglasses',
    ),
    row(
      'no hair seen',
      hair.map(({ face, answer }) => ({ face, truth: answer === 'none' || answer === 'hidden' })),
      ({ probabilities }) => probabilities.hairless,
      ({ attributes }) => attributes.hair!.invisible,
    ),
    row(
      'forehead occluded',
      covered('F'),
      ({ probabilities }) => probabilities.foreheadOccluded,
      ({ attributes }) => attributes.occlusion!.foreheadOccluded,
    ),
    row(
      'eye occluded, or dark glasses',
      covered('E').map(({ face, truth }) => ({
        face,
        truth: truth || labels.byEye.agreed(face.photograph, 'eyewear') === 'sun',
      })),
      ({ probabilities }) => probabilities.eyeOccluded,
      ({ attributes }) => attributes.occlusion!.eyeOccluded,
    ),
    row(
      'mouth occluded',
      covered('M'),
      ({ probabilities }) => probabilities.mouthOccluded,
      ({ attributes }) => attributes.occlusion!.mouthOccluded,
    ),
  ];
}

function row(
  name: string,
  told: readonly { face: Judged; truth: boolean }[],
  score: (face: Judged) => number,
  held: (face: Judged) => boolean,
): string[] {
  const claims = told.map(({ face, truth }) => ({
    target: Number(truth),
    score: score(face),
    held: held(face),
  }));
  const [positives, ...measures] = worth(claims);
  const count = (claim: boolean, holds: number) =>
    `${claims.filter((one) => one.held === claim && one.target === holds).length}`;
  return [
    name,
    positives!,
    `${claims.length - Number(positives)}`,
    ...measures,
    count(false, 1),
    count(true, 0),
  ];
}

/** answers: as they were seen, in the order of the shares' names. */
function reportShares(
  told: readonly { face: Judged; answer: string }[],
  answers: readonly string[],
  names: readonly string[],
  sharesOf: Shares,
): void {
  const some = told
    .filter(({ answer }) => answers.includes(answer))
    .map(({ face, answer }) => ({ truth: answers.indexOf(answer), shares: sharesOf(face) }));
  const strongest = (shares: readonly number[]) => shares.indexOf(Math.max(...shares));
  const right = some.filter(({ truth, shares }) => strongest(shares) === truth).length;
  console.log(`The strongest is right in ${((100 * right) / some.length).toFixed(1)} % of ${some.length}`);
  console.log(
    table(
      ['seen', 'photographs', 'AUC', ...names],
      names.map((name, c) => {
        const these = some.filter(({ truth }) => truth === c);
        return [
          name,
          `${these.length}`,
          areaUnderCurve(
            some.map(({ shares }) => shares[c]!),
            some.map(({ truth }) => truth === c),
          ).toFixed(3),
          ...names.map((_, k) => `${these.filter(({ shares }) => strongest(shares) === k).length}`),
        ];
      }),
    ),
  );
}

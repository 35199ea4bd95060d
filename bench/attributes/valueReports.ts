import { oldest, yearTaken } from '../../fit/attributes/fitAge.ts';
import { isDecided } from '../../fit/attributes/headTargets.ts';
import type { Labels } from '../../fit/data/labels.ts';
import { personOf } from '../../fit/data/lfw.ts';
import { areaUnderCurve } from '../../fit/math/metrics.ts';
import { mean } from '../../fit/math/statistics.ts';
import type { FaceAttributes } from '../../shared/vision/attributes/faceAttributes.ts';
import { table } from '../textTable.ts';
import type { EvaluatedFace } from './evaluatedFace.ts';

const percentTrue = (list: readonly boolean[]) => (100 * mean(list.map(Number))).toFixed(1);

export function reportGenderAndAge(faces: readonly EvaluatedFace[], labels: Labels): void {
  const genders = faces.flatMap(({ photograph, attributes }) => {
    const male = labels.attribute(photograph, 'Male');
    return male === undefined ? [] : [(attributes.gender === 'male') === male > 0.5];
  });
  console.log(`\nGender as the label's in ${percentTrue(genders)} % of ${genders.length}`);
  const ages = faces.flatMap(({ photograph, attributes }) => {
    const born = labels.born.get(personOf(photograph));
    if (born === undefined) return [];
    const years = yearTaken - born;
    if (years > oldest) return [];
    return [{ years, error: attributes.age! - years }];
  });
  const bands = [
    [0, 120],
    [0, 35],
    [35, 50],
    [50, 65],
    [65, 120],
  ] as const;
  const rows = bands.map(([from, to]) => {
    const errors = ages.filter(({ years }) => years >= from && years < to).map(({ error }) => error);
    return [
      `${from} to ${to}`,
      `${errors.length}`,
      mean(errors.map(Math.abs)).toFixed(1),
      mean(errors).toFixed(1),
    ];
  });
  console.log('Age of people whose year of birth is known');
  console.log(table(['years', 'photographs', 'mean error', 'bias'], rows));
}

export function reportPictureQuality(faces: readonly EvaluatedFace[], labels: Labels): void {
  const blurry = faces.flatMap(({ photograph, attributes }) => {
    const label = labels.attribute(photograph, 'Blurry');
    return label === undefined ? [] : [{ label, value: attributes.blur!.value }];
  });
  const area = (list: typeof blurry) =>
    areaUnderCurve(
      list.map(({ value }) => value),
      list.map(({ label }) => label > 0.5),
    ).toFixed(4);
  const decided = blurry.filter(({ label }) => isDecided(label));
  console.log(
    `\nBlur against the label Blurry: AUC ${area(blurry)} of ${blurry.length}; ${area(decided)} of ${decided.length} up to .3 or above .7`,
  );
  const counts = new Map<string, number>();
  for (const { attributes: a } of faces)
    for (const level of [
      `${a.blur!.blurLevel} blur`,
      `${a.noise!.noiseLevel} noise`,
      a.exposure!.exposureLevel,
      `${a.qualityForRecognition} quality`,
    ])
      counts.set(level, (counts.get(level) ?? 0) + 1);
  console.log(
    [...counts]
      .sort()
      .map(([level, count]) => `${level} ${count}`)
      .join(', '),
  );
}

/** How much answers change for the same faces at half the size. */
export function reportHalved(plain: readonly EvaluatedFace[], halved: readonly EvaluatedFace[]): void {
  const change = (value: (attributes: FaceAttributes) => number) =>
    mean(
      plain.map(({ attributes }, i) => Math.abs(value(attributes) - value(halved[i]!.attributes))),
    ).toFixed(3);
  const same = (value: (attributes: FaceAttributes) => unknown) =>
    percentTrue(plain.map(({ attributes }, i) => value(attributes) === value(halved[i]!.attributes)));
  console.log(
    `\nAt half the size: age changes by ${change((a) => a.age!)} years, smile ${change((a) => a.smile!)}, yaw ${change((a) => a.headPose!.yaw)}, beard ${change((a) => a.facialHair!.beard)}, happiness ${change((a) => a.emotion!.happiness)}; the same: gender ${same((a) => a.gender)} %, glasses ${same((a) => a.glasses)} %, make-up of the lips ${same((a) => a.makeup!.lipMakeup)} %, first hair colour ${same((a) => a.hair!.hairColor[0]?.color)} %`,
  );
}

/** One face in the light it was photographed in, and two exposure values darker and brighter. */
export interface ExposureTrial {
  /** Median luma of the face. */
  skin: number;
  original: FaceAttributes;
  darker: FaceAttributes;
  brighter: FaceAttributes;
}

/** Unaltered photographs are taken to be well exposed, the darker and brighter ones not. */
export function reportExposure(trials: readonly ExposureTrial[]): void {
  const rising = trials.toSorted((p, q) => p.skin - q.skin);
  const tenth = Math.floor(rising.length / 10);
  const called = (list: readonly ExposureTrial[], which: 'original' | 'darker' | 'brighter', level: string) =>
    percentTrue(list.map((one) => one[which].exposure!.exposureLevel === level));
  console.log(
    `\nExposure called under in ${called(trials, 'original', 'underExposure')} % of all, ${called(rising.slice(0, tenth), 'original', 'underExposure')} % of the darkest tenth of faces, over in ${called(trials, 'original', 'overExposure')} %; two exposure values darker: under in ${called(trials, 'darker', 'underExposure')} %; brighter: over in ${called(trials, 'brighter', 'overExposure')} %`,
  );
}

import { oldest, photographed } from '../../fit/attributes/fitAge.ts';
import { isDecided } from '../../fit/attributes/targets.ts';
import type { Labels } from '../../fit/data/labels.ts';
import { personOf } from '../../fit/data/lfw.ts';
import { areaUnderCurve } from '../../fit/math/metrics.ts';
import type { FaceAttributes } from '../../shared/vision/attributes/faceAttributes.ts';
import { table } from '../table.ts';
import type { Judged } from './judge.ts';

const percent = (holds: readonly boolean[]) => (100 * mean(holds.map(Number))).toFixed(1);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function reportGenderAndAge(faces: readonly Judged[], labels: Labels): void {
  const genders = faces.flatMap(({ photograph, attributes }) => {
    const male = labels.value(photograph, 'Male');
    return male === undefined ? [] : [(attributes.gender === 'male') === male > 0.5];
  });
  console.log(`\nGender as the label's in ${percent(genders)} % of ${genders.length}`);
  const ages = faces.flatMap(({ photograph, attributes }) => {
    const born = labels.born.get(personOf(photograph));
    if (born === undefined) return [];
    const years = photographed - born;
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

export function reportPicture(faces: readonly Judged[], labels: Labels): void {
  const blurry = faces.flatMap(({ photograph, attributes }) => {
    const label = labels.value(photograph, 'Blurry');
    return label === undefined ? [] : [{ label, value: attributes.blur!.value }];
  });
  const area = (some: typeof blurry) =>
    areaUnderCurve(
      some.map(({ value }) => value),
      some.map(({ label }) => label > 0.5),
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

/** The same faces at half the size. */
export function reportHalved(plain: readonly Judged[], halved: readonly Judged[]): void {
  const change = (value: (attributes: FaceAttributes) => number) =>
    mean(
      plain.map(({ attributes }, i) => Math.abs(value(attributes) - value(halved[i]!.attributes))),
    ).toFixed(3);
  const same = (value: (attributes: FaceAttributes) => unknown) =>
    percent(plain.map(({ attributes }, i) => value(attributes) === value(halved[i]!.attributes)));
  console.log(
    `\nAt half the size: age changes by ${change((a) => a.age!)} years, smile ${change((a) => a.smile!)}, yaw ${change((a) => a.headPose!.yaw)}, beard ${change((a) => a.facialHair!.beard)}, happiness ${change((a) => a.emotion!.happiness)}; the same: gender ${same((a) => a.gender)} %, glasses ${same((a) => a.glasses)} %, make-up of the lips ${same((a) => a.makeup!.lipMakeup)} %, first hair colour ${same((a) => a.hair!.hairColor[0]?.color)} %`,
  );
}

export interface Lit {
  /** Median luma of the face. */
  skin: number;
  asItIs: FaceAttributes;
  darker: FaceAttributes;
  brighter: FaceAttributes;
}

/** Exposure of photographs as they are, which are lit right, and of the same two exposure values darker and brighter. */
export function reportLight(lit: readonly Lit[]): void {
  const rising = lit.toSorted((p, q) => p.skin - q.skin);
  const tenth = Math.floor(rising.length / 10);
  const called = (some: readonly Lit[], which: 'asItIs' | 'darker' | 'brighter', level: string) =>
    percent(some.map((one) => one[which].exposure!.exposureLevel === level));
  console.log(
    `\nExposure called under in ${called(lit, 'asItIs', 'underExposure')} % of all, ${called(rising.slice(0, tenth), 'asItIs', 'underExposure')} % of the darkest tenth of faces, over in ${called(lit, 'asItIs', 'overExposure')} %; two exposure values darker: under in ${called(lit, 'darker', 'underExposure')} %; brighter: over in ${called(lit, 'brighter', 'overExposure')} %`,
  );
}

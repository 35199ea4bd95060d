import { lightFeatures } from '../../shared/vision/attributes/exposure.ts';
import { fitLinear } from '../math/linear.ts';
import { blurs, exposureValues, type Response } from './respond.ts';

interface Line {
  offset: number;
  weights: number[];
}

/** One and a half exposure values either way are the bounds of what is called good, .25 and .75. */
const perExposureValue = Math.log(3) / 1.5;

/** From light to the log odds of `exposure`. What was photographed is taken to be lit right on the whole. */
export function fitExposure(responses: readonly Response[]): Line {
  const rows = responses.flatMap(({ lights }) => lights.map(lightFeatures));
  const goals = responses.flatMap(() => exposureValues.map((value) => value * perExposureValue));
  const normal = exposureValues.indexOf(0);
  const line = fitLinear(rows, goals, {
    ridge: 1e-4,
    nonNegative: true,
    importance: (i) => (i % exposureValues.length === normal ? 6 : 1),
  });
  return { offset: line.at(-1)!, weights: line.slice(0, -1) };
}

/** Blur of a deviation of 1 and of 2.5 in 128ths of the face's side are the bounds of low and high. */
const logOdds = (sigma: number) =>
  -Math.log(3) + ((2 * Math.log(3)) / Math.log(2.5)) * Math.log(Math.max(sigma, 0.4));

/** From the octaves' ratios to the log odds of `blur`. */
export function fitBlur(responses: readonly Response[]): Line {
  const rows = responses.flatMap(({ octaves }) =>
    octaves.map((levels) => levels.slice(1).map((level, i) => level - levels[i]!)),
  );
  const goals = responses.flatMap(() => blurs.map(logOdds));
  const line = fitLinear(rows, goals, { ridge: 1e-4, nonNegative: true });
  return { offset: line.at(-1)!, weights: line.slice(0, -1) };
}

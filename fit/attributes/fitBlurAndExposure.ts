import { lightFeatures } from '../../shared/vision/attributes/exposure.ts';
import { fitLinear } from '../math/linear.ts';
import { blurSigmas, type ChangeSeries, exposureValues } from './changeSeries.ts';

/** Log odds, linear in features. */
export interface LinearModel {
  offset: number;
  weights: number[];
}

/** One and a half exposure values either way are called .25 and .75, the bounds of good exposure. */
const perExposureValue = Math.log(3) / 1.5;

/** From light to the log odds of `exposure`; the photographs are taken to be well exposed on average. */
export function fitExposure(series: readonly ChangeSeries[]): LinearModel {
  const rows = series.flatMap(({ lights }) => lights.map(lightFeatures));
  const goals = series.flatMap(() => exposureValues.map((value) => value * perExposureValue));
  const normal = exposureValues.indexOf(0);
  const line = fitLinear(rows, goals, {
    ridge: 1e-4,
    nonNegative: true,
    importance: (i) => (i % exposureValues.length === normal ? 6 : 1),
  });
  return { offset: line.at(-1)!, weights: line.slice(0, -1) };
}

/** Blur of standard deviation 1 and 2.5, in 128ths of the face's side, are the bounds of low and high. */
const logOdds = (sigma: number) =>
  -Math.log(3) + ((2 * Math.log(3)) / Math.log(2.5)) * Math.log(Math.max(sigma, 0.4));

/** From the ratios of the octaves to the log odds of `blur`. */
export function fitBlur(series: readonly ChangeSeries[]): LinearModel {
  const rows = series.flatMap(({ octaves }) =>
    octaves.map((levels) => levels.slice(1).map((level, i) => level - levels[i]!)),
  );
  const goals = series.flatMap(() => blurSigmas.map(logOdds));
  const line = fitLinear(rows, goals, { ridge: 1e-4, nonNegative: true });
  return { offset: line.at(-1)!, weights: line.slice(0, -1) };
}

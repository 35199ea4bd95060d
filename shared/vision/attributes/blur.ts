import fitted from '../../../models/attributes/scales.json' with { type: 'json' };
import { logistic } from '../logOdds.ts';
import { headLogit } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { type Level, levelOf } from './levels.ts';
import { rounded } from './rounded.ts';
import { type Texture, texture } from './texture.ts';

export interface Blur {
  blurLevel: Level;
  /** 0 to 1. */
  value: number;
}

/**
 * Combines the log odds of blur by the image's detail with those of the `blurry` head. Detail falls with every blur; the
 * head can tell blur from smooth skin.
 */
export async function blur(face: FaceAnalysis): Promise<Blur> {
  const { headWeight, medianHeadLogit } = fitted.blur;
  const byHead = headWeight * ((await headLogit(face, 'blurry')) - medianHeadLogit);
  const value = rounded(logistic(detailLogit(face.get(texture)) + byHead), 2);
  return { blurLevel: levelOf(value, 0.25, 0.75), value };
}

/** Blur by the image's detail alone, 0 to 1. */
export const blurOf = (detail: Pick<Texture, 'octaves'>, model?: BlurModel) =>
  logistic(detailLogit(detail, model));

interface BlurModel {
  offset: number;
  weights: readonly number[];
}

/**
 * Log odds of blur. Blur removes more fine detail than coarse detail, so the features are the log ratios of each octave's
 * energy to that of the next finer octave. No weight is negative, so that more blur never gives a lower value.
 */
function detailLogit(
  { octaves }: Pick<Texture, 'octaves'>,
  { offset, weights }: BlurModel = fitted.blur,
): number {
  return weights.reduce((sum, weight, i) => sum + weight * (octaves[i + 1]! - octaves[i]!), offset);
}

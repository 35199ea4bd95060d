import fitted from '../../../models/attributes/scales.json' with { type: 'json' };
import { logit } from './attributeHeads.ts';
import type { FaceAnalysis } from './faceAnalysis.ts';
import { type Level, levelOf } from './levels.ts';
import { logistic, rounded } from './rounded.ts';
import { type Texture, texture } from './texture.ts';

export interface Blur {
  blurLevel: Level;
  /** 0 to 1. */
  value: number;
}

/**
 * What the picture's detail says, moved by how blurred the face looks to a head: the first rises with every blur, the
 * second knows that skin may be smooth.
 */
export async function blur(face: FaceAnalysis): Promise<Blur> {
  const { look, typical } = fitted.blur;
  const looks = look * ((await logit(face, 'blurry')) - typical);
  const value = rounded(logistic(softness(face.get(texture)) + looks), 2);
  return { blurLevel: levelOf(value, 0.25, 0.75), value };
}

/** 0 to 1, by the picture alone. */
export const blurOf = (seen: Pick<Texture, 'octaves'>, line?: Line) => logistic(softness(seen, line));

interface Line {
  offset: number;
  weights: readonly number[];
}

/**
 * Blur takes from fine detail more than from coarse: the logarithms of how much each octave has over the next finer
 * one, weighed by none below zero, so that more blur is never less. Log odds.
 */
function softness({ octaves }: Pick<Texture, 'octaves'>, { offset, weights }: Line = fitted.blur): number {
  return weights.reduce((sum, weight, i) => sum + weight * (octaves[i + 1]! - octaves[i]!), offset);
}

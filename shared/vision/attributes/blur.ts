import type { Face } from './face.ts';
import { type Level, levelOf } from './levels.ts';
import { logistic, rounded } from './rounding.ts';
import { type Texture, texture } from './texture.ts';
import fitted from './weights/scales.json' with { type: 'json' };

export interface Blur {
  blurLevel: Level;
  /** 0 to 1. */
  value: number;
}

export function blur(face: Face): Blur {
  const value = rounded(blurOf(face.get(texture)), 2);
  return { blurLevel: levelOf(value, 0.25, 0.75), value };
}

/**
 * Blur takes from fine detail more than from coarse: the logarithms of how much each octave has over the next finer
 * one, weighed by none below zero, so that more blur is never less.
 */
export function blurOf({ octaves }: Pick<Texture, 'octaves'>, { offset, weights } = fitted.blur): number {
  return logistic(weights.reduce((sum, weight, i) => sum + weight * (octaves[i + 1]! - octaves[i]!), offset));
}

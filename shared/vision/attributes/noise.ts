import type { FaceAnalysis } from './faceAnalysis.ts';
import { type Level, levelOf } from './levels.ts';
import { rounded } from './rounded.ts';
import { texture } from './texture.ts';

export interface Noise {
  noiseLevel: Level;
  /** 0 to 1. */
  value: number;
}

export function noise(face: FaceAnalysis): Noise {
  const value = rounded(noiseOf(face.get(texture).noise), 2);
  return { noiseLevel: levelOf(value, 0.3, 0.7), value };
}

/** Noise as a value of 0 to 1. sigma: standard deviation of the noise, in levels of 0 to 255. */
export const noiseOf = (sigma: number) => 1 - Math.exp(-sigma / 25);

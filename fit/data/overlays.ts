import type { Point } from '../../shared/vision/geometry.ts';
import type { Random } from '../math/random.ts';
import { bar, frame, hair, hand, hat, thing } from './overlays/covers.ts';
import { goggles, sunglasses } from './overlays/eyewear.ts';
import { halfMask, mask } from './overlays/masks.ts';

/**
 * Things to draw on faces, as SVG in image pixels, that labelled photographs do not show often enough. Shapes, colours,
 * sizes and places vary, so that heads learn kinds of things and covered regions rather than one drawing.
 */
export const overlays = {
  sunglasses,
  goggles,
  mask,
  halfMask,
  hat,
  hand,
  bar,
  hair,
  thing,
  frame,
} satisfies Record<string, Draw>;
export type OverlayName = keyof typeof overlays;

/** points: the 68 landmarks. skin: the face's own colour. */
export type Draw = (points: readonly Point[], random: Random, skin: string) => string;

import type { Point } from '../../shared/vision/types.ts';
import type { Random } from '../math/random.ts';
import { bar, frame, hair, hand, hat, thing } from './overlays/covers.ts';
import { goggles, sunglasses } from './overlays/eyewear.ts';
import { halfMask, mask } from './overlays/masks.ts';

/**
 * Things drawn on faces, as SVG in image pixels: what photographs with labels do not show often enough. Shapes,
 * colours, sizes and places vary, so that what is learnt is what is covered and by what kind of thing, not how one
 * drawing looks.
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

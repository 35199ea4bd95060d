import type { Rectangle } from '../../shared/vision/geometry.ts';

/** Where a face is: its centre and the side of the square from forehead to chin, image pixels. */
export interface FaceSquare {
  x: number;
  y: number;
  side: number;
}

export const rectangleOf = ({ x, y, side }: FaceSquare): Rectangle => ({
  left: x - side / 2,
  top: y - side / 2,
  width: side,
  height: side,
});

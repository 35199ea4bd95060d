export interface Axis {
  axis: 'right' | 'up' | 'forward';
  /** Of a unit vector, as it is seen in the image: x to the right, y down. */
  x: number;
  y: number;
}

/**
 * A face's axes as seen in the image, by rotations about y (yaw), x (pitch) and z (roll). Signs are the API's: roll
 * positive is clockwise in the image, yaw to the image's right, pitch up. degrees.
 */
export function poseAxes({ roll, yaw, pitch }: { roll: number; yaw: number; pitch: number }): Axis[] {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [r, w, p] = [radians(roll), radians(yaw), radians(pitch)];
  const turn = (x: number, y: number) => ({
    x: x * Math.cos(r) - y * Math.sin(r),
    y: x * Math.sin(r) + y * Math.cos(r),
  });
  return [
    { axis: 'right', ...turn(Math.cos(w), Math.sin(w) * Math.sin(p)) },
    { axis: 'up', ...turn(0, -Math.cos(p)) },
    { axis: 'forward', ...turn(Math.sin(w), -Math.cos(w) * Math.sin(p)) },
  ];
}

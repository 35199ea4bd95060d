import type { Signal } from '@preact/signals';
import type { Face } from '../api/schemas.ts';
import { poseAxes } from './pose.ts';

interface OverlayProps {
  width: number;
  height: number;
  faces: readonly Face[];
  landmarks: boolean;
  pose: boolean;
  zoom: number;
  chosen: Signal<number | undefined>;
}

/** Boxes, landmarks and pose axes, in pixels of the photograph. */
export function Overlay({ width, height, faces, landmarks, pose, zoom, chosen }: OverlayProps) {
  // Lines and letters keep their size on the screen, whatever the photograph's.
  const unit = Math.max(width, height) / 100 / zoom;
  return (
    <svg class="overlay" viewBox={`0 0 ${width} ${height}`} role="group" aria-label="Faces found">
      {faces.map((face, i) => (
        <FaceMark
          key={face.faceId ?? i}
          {...{ face, i, unit, landmarks, pose }}
          chosen={chosen.value === i}
          choose={() => {
            chosen.value = chosen.value === i ? undefined : i;
          }}
        />
      ))}
    </svg>
  );
}

interface MarkProps {
  face: Face;
  i: number;
  unit: number;
  landmarks: boolean;
  pose: boolean;
  chosen: boolean;
  choose: () => void;
}

function FaceMark({ face, i, unit, landmarks, pose, chosen, choose }: MarkProps) {
  const { left, top, width, height } = face.faceRectangle;
  return (
    <g
      class={`face-box tone-${i % 6} ${chosen ? 'chosen' : ''}`}
      role="button"
      tabindex={0}
      aria-pressed={chosen}
      aria-label={`Face ${i + 1}`}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        choose();
      }}
    >
      <rect x={left} y={top} width={width} height={height} rx={unit} />
      <text x={left + unit * 0.6} y={top - unit * 0.8} font-size={unit * 2.6}>
        {i + 1}
      </text>
      {landmarks &&
        Object.entries(face.faceLandmarks ?? {}).map(([name, { x, y }]) => (
          <circle key={name} cx={x} cy={y} r={Math.min(unit * 0.45, width / 60)}>
            <title>{name}</title>
          </circle>
        ))}
      {pose && <Pose face={face} unit={unit} />}
    </g>
  );
}

/** Where the face's own right, up and forward point, from the tip of its nose. */
function Pose({ face, unit }: { face: Face; unit: number }) {
  const headPose = face.faceAttributes?.headPose;
  if (!headPose) return null;
  const { left, top, width, height } = face.faceRectangle;
  const from = face.faceLandmarks?.noseTip ?? { x: left + width / 2, y: top + height / 2 };
  return (
    <g class="pose">
      {poseAxes(headPose).map(({ axis, x, y }) => (
        <line
          key={axis}
          class={`axis-${axis}`}
          x1={from.x}
          y1={from.y}
          x2={from.x + (x * width) / 2.5}
          y2={from.y + (y * width) / 2.5}
          stroke-width={unit * 0.35}
        />
      ))}
    </g>
  );
}

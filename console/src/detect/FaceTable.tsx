import type { Signal } from '@preact/signals';
import { Crop } from '../ui/Crop.tsx';
import { describeFace } from './describe.ts';
import { Quality } from './Quality.tsx';
import type { Shot } from './shots.ts';

/** The faces of a photograph, linked to their boxes. */
export function FaceTable({ shot, chosen }: { shot: Shot; chosen: Signal<number | undefined> }) {
  const faces = shot.faces ?? [];
  if (shot.state === 'done' && faces.length === 0)
    return (
      <p class="muted">
        No face was found. Faces under 36 pixels are not answered; detection_02 and 03 also find small and
        turned ones.
      </p>
    );
  return (
    <ul class="plain faces" aria-label="Faces">
      {faces.map((face, i) => {
        const { width, height } = face.faceRectangle;
        const open = chosen.value === i || faces.length === 1;
        const groups = describeFace(face.faceAttributes);
        const toggle = () => {
          chosen.value = chosen.value === i ? undefined : i;
        };
        return (
          <li key={face.faceId ?? i} class={`face tone-${i % 6} ${chosen.value === i ? 'chosen' : ''}`}>
            <button type="button" class="face-head" aria-expanded={open} onClick={toggle}>
              <span class="face-number">{i + 1}</span>
              {shot.photo && <Crop photo={shot.photo} at={face.faceRectangle} size={44} />}
              <span class="grow">
                <span class="face-title">{titleOf(face.faceAttributes)}</span>
                <span class="small muted">
                  {Math.round(width)} × {Math.round(height)} px
                </span>
              </span>
              <Quality value={face.faceAttributes?.qualityForRecognition} />
            </button>
            {open && (
              <dl class="facts">
                {groups.map(({ name, value, share }) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>
                      {value}
                      {share !== undefined && (
                        <meter class="share" min={0} max={1} value={share} aria-label={name} />
                      )}
                    </dd>
                  </div>
                ))}
                {face.faceId && (
                  <div class="wide">
                    <dt>faceId</dt>
                    <dd>
                      <code>{face.faceId}</code>
                    </dd>
                  </div>
                )}
              </dl>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function titleOf(attributes: NonNullable<Shot['faces']>[number]['faceAttributes']): string {
  const { gender, age } = attributes ?? {};
  const parts = [gender, age !== undefined ? `~${Math.round(age)}` : undefined].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : 'Face';
}

import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Face } from '../api/schemas.ts';
import { Check } from '../ui/Field.tsx';
import { Overlay } from './Overlay.tsx';
import type { Shot } from './shots.ts';

const zooms = [1, 1.5, 2, 3, 4, 6, 8];

/** A photograph with what was found drawn over it, and the means to look closer. */
export function Stage({ shot, chosen }: { shot: Shot; chosen: Signal<number | undefined> }) {
  const zoom = useSignal(0);
  const hidden = useSignal(false);
  const landmarks = useSignal(true);
  const pose = useSignal(true);
  useEffect(() => {
    zoom.value = 0;
  }, [shot.id]);
  const zoomBy = (step: number) => {
    zoom.value = Math.min(zooms.length - 1, Math.max(0, zoom.value + step));
  };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && /INPUT|SELECT|TEXTAREA/.test(event.target.tagName);
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'h') hidden.value = !hidden.value;
      else if (event.key === '+') zoomBy(1);
      else if (event.key === '-') zoomBy(-1);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  const faces = shot.faces ?? [];
  const { width, height } = shot.photo ?? extentOf(faces);
  const scale = zooms[zoom.value]!;
  return (
    <figure class="stage">
      <div class="stage-scroll" tabIndex={0} role="region" aria-label={`Photograph ${shot.name}`}>
        <div class="stage-canvas" style={{ width: `${100 * scale}%`, aspectRatio: `${width} / ${height}` }}>
          {shot.photo && <img src={shot.photo.url} alt={shot.name} draggable={false} />}
          {!hidden.value && (
            <Overlay
              width={width}
              height={height}
              faces={faces}
              landmarks={landmarks.value}
              pose={pose.value}
              chosen={chosen}
              zoom={scale}
            />
          )}
        </div>
      </div>
      {!shot.photo && shot.state === 'done' && (
        <p class="note small">
          The service has read this address; the console itself loads nothing from other sites, so it shows
          the boxes without the picture.
        </p>
      )}
      <figcaption class="row wrap small">
        <span class="grow name">{shot.name}</span>
        <Check label="Landmarks" checked={landmarks.value} onCheck={(on) => set(landmarks, on)} />
        <Check label="Pose" checked={pose.value} onCheck={(on) => set(pose, on)} />
        <button
          type="button"
          class="button small-button"
          aria-pressed={hidden.value}
          onClick={() => set(hidden, !hidden.value)}
        >
          {hidden.value ? 'Show' : 'Hide'} all <kbd>H</kbd>
        </button>
        <span class="row zoom">
          <button
            type="button"
            class="button small-button"
            aria-label="Zoom out"
            disabled={zoom.value === 0}
            onClick={() => zoomBy(-1)}
          >
            −
          </button>
          <output aria-label="Zoom">{scale}×</output>
          <button
            type="button"
            class="button small-button"
            aria-label="Zoom in"
            disabled={zoom.value === zooms.length - 1}
            onClick={() => zoomBy(1)}
          >
            +
          </button>
        </span>
      </figcaption>
    </figure>
  );
}

function set(signal: Signal<boolean>, on: boolean): void {
  signal.value = on;
}

/** Of a picture that is not shown: what the faces take, and a little around them. */
function extentOf(faces: readonly Face[]) {
  const right = faces.map(({ faceRectangle: { left, width } }) => left + width);
  const bottom = faces.map(({ faceRectangle: { top, height } }) => top + height);
  return { width: Math.max(320, ...right) * 1.15, height: Math.max(240, ...bottom) * 1.15 };
}

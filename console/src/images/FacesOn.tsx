import type { Face } from '../api/schemas.ts';

export interface Marked {
  face: Face;
  /** Shown at the box; and what a screen reader says. */
  label: string;
  tone?: 'good' | 'unknown' | undefined;
}

/** Boxes over a photograph; each can be chosen by click or key. */
export function FacesOn(props: {
  photo: { url: string; width: number; height: number; name: string };
  faces: readonly Marked[];
  chosen?: number | undefined;
  onChoose?: (i: number) => void;
}) {
  const { width, height, url, name } = props.photo;
  const unit = Math.max(width, height) / 100;
  return (
    <div class="faces-on">
      <img src={url} alt={name} />
      <svg viewBox={`0 0 ${width} ${height}`} role="group" aria-label={`Faces of ${name}`}>
        {props.faces.map(({ face, label, tone }, i) => {
          const at = face.faceRectangle;
          const choose = () => props.onChoose?.(i);
          return (
            <g
              key={face.faceId ?? i}
              class={`face-box tone-${tone ?? i % 6} ${props.chosen === i ? 'chosen' : ''}`}
              {...(props.onChoose && {
                role: 'button',
                tabindex: 0,
                'aria-pressed': props.chosen === i,
                onClick: choose,
                onKeyDown: (event: KeyboardEvent) => {
                  if (event.key !== 'Enter' && event.key !== ' ') return;
                  event.preventDefault();
                  choose();
                },
              })}
              {...(!props.onChoose && { role: 'img' })}
              aria-label={label}
            >
              <rect x={at.left} y={at.top} width={at.width} height={at.height} rx={unit} />
              <text x={at.left} y={at.top - unit} font-size={unit * 3.2}>
                {label}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

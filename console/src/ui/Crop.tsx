import type { Rectangle } from '../api/schemas.ts';

interface Pictured {
  url: string;
  width: number;
  height: number;
}

/** A face cut out of its photograph, square, with a little around it. The picture itself is only moved and scaled. */
export function Crop(props: { photo: Pictured; at: Rectangle; size?: number; label?: string }) {
  const { photo, at, size = 48, label = '' } = props;
  const side = Math.max(at.width, at.height) * 1.35;
  const scale = size / side;
  const left = at.left + at.width / 2 - side / 2;
  const top = at.top + at.height / 2 - side / 2;
  return (
    <span class="crop" style={{ width: `${size}px`, height: `${size}px` }}>
      <img
        src={photo.url}
        alt={label}
        draggable={false}
        style={{
          width: `${photo.width * scale}px`,
          height: `${photo.height * scale}px`,
          transform: `translate(${-left * scale}px, ${-top * scale}px)`,
        }}
      />
    </span>
  );
}

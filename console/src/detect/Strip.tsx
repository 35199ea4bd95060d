import { Progress } from '../ui/Progress.tsx';
import { count } from '../ui/text.ts';
import { again, shots, shown } from './shots.ts';

const marks = { waiting: '…', busy: '…', failed: '!' };

/** All photographs of a drop, with how far they are. */
export function Strip() {
  const all = shots.value;
  if (all.length < 2) return null;
  const finished = all.filter(({ state }) => state === 'done' || state === 'failed').length;
  const failed = all.filter(({ state }) => state === 'failed').length;
  const faces = all.reduce((sum, shot) => sum + (shot.faces?.length ?? 0), 0);
  return (
    <section class="strip" aria-label="All photographs">
      <p class="row wrap small muted">
        <span class="grow" role="status">
          {finished} of {count(all.length, 'photograph')} done, {count(faces, 'face')}
          {failed > 0 && `, ${failed} failed`}
        </span>
        {failed > 0 && (
          <button type="button" class="link" onClick={() => again(({ state }) => state === 'failed')}>
            Try the failed ones again
          </button>
        )}
      </p>
      {finished < all.length && <Progress label="Photographs done" value={finished / all.length} />}
      <ul class="plain thumbs">
        {all.map((shot) => (
          <li key={shot.id}>
            <button
              type="button"
              class={`thumb state-${shot.state}`}
              aria-pressed={shot.id === shown.value}
              aria-label={`${shot.name}: ${describe(shot)}`}
              onClick={() => {
                shown.value = shot.id;
              }}
            >
              {shot.photo ? (
                <img src={shot.photo.url} alt="" loading="lazy" decoding="async" />
              ) : (
                <span class="thumb-name">{shot.name.split('/').pop()}</span>
              )}
              <span class="thumb-mark">
                {shot.state === 'done' ? (shot.faces?.length ?? 0) : marks[shot.state]}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const describe = ({ state, faces = [] }: (typeof shots.value)[number]) =>
  state === 'done' ? count(faces.length, 'face') : state === 'failed' ? 'failed' : 'waiting';

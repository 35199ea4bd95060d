import { Icon } from '../ui/icons.tsx';
import { dismissOperation, operations } from './watchedOperations.ts';

const words = {
  notStarted: 'waiting',
  running: 'running',
  succeeded: 'done',
  failed: 'failed',
};

/** How the takes and applies of this tab stand. */
export function Operations() {
  return (
    <ul class="plain stack" aria-label="Operations" aria-live="polite">
      {operations.value.map(({ id, what, last, trouble }) => (
        <li key={id} class={`note row ${last?.status === 'failed' ? 'note-bad' : ''}`}>
          {last?.status === 'succeeded' ? (
            <Icon name="check" />
          ) : last?.status === 'failed' ? (
            <Icon name="warning" />
          ) : (
            <span class="spinner" aria-hidden="true" />
          )}
          <span class="grow">
            {what}: <strong>{last ? words[last.status] : 'asked for'}</strong>
            {last?.message && `. ${last.message}`}
            {trouble && <span class="bad"> {trouble}</span>}
            <br />
            <span class="small muted">
              Operation <code>{id}</code>
            </span>
          </span>
          <button
            type="button"
            class="button quiet"
            aria-label="Dismiss"
            onClick={() => dismissOperation(id)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

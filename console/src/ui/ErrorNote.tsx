import { type ApiError, asApiError } from '../api/apiError.ts';
import { Icon } from './icons.tsx';

/** A failure in full: code, message and the request id to ask about it; what was entered stays where it is. */
export function ErrorNote({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  if (error === undefined) return null;
  const { code, message, requestId, status } = asApiError(error);
  return (
    <div class="note note-bad" role="alert">
      <Icon name="warning" />
      <div class="grow">
        <p>
          <strong>{code}</strong>
          {status > 0 && <span class="muted"> · HTTP {status}</span>}
        </p>
        <p>{message}</p>
        {requestId && (
          <p class="small muted">
            Request <code>{requestId}</code>
          </p>
        )}
      </div>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** The same in a line, for tables and lists. */
export function ErrorLine({ error }: { error: ApiError }) {
  return (
    <span class="bad">
      <strong>{error.code}</strong> {error.message}
      {error.requestId && <code class="small muted"> {error.requestId}</code>}
    </span>
  );
}

import type { Reading, State } from './read.ts';

export interface Part {
  name: string;
  state: 'up' | 'down' | 'starting';
  detail: string;
  requestId?: string | undefined;
}

interface Seen {
  health: Reading<{ status: string; reason?: string | undefined }>;
  store?: Reading<unknown>;
  status?: Reading<State>;
}

/** Each part of the service as it was seen: as it says of itself, else as calls to it went. */
export function partsOf({ health, store, status }: Seen): Part[] {
  const answers = health.error?.status !== 0;
  const parts: Part[] = [
    answers
      ? { name: 'Service', state: 'up', detail: `answers in ${Math.round(health.milliseconds)} ms` }
      : { name: 'Service', state: 'down', detail: 'does not answer' },
  ];
  if (!answers) return parts;
  parts.push(modelsOf(health));
  const own = status?.data?.parts;
  if (own) {
    for (const [name, said] of Object.entries(own))
      if (name !== 'models')
        parts.push({ name: titled(name), state: said === 'ok' ? 'up' : 'down', detail: said });
  } else if (store) {
    const { error, milliseconds } = store;
    parts.push(
      error
        ? {
            name: 'Documents',
            state: 'down',
            detail: `${error.code}: ${error.message}`,
            requestId: error.requestId,
          }
        : { name: 'Documents', state: 'up', detail: `read in ${Math.round(milliseconds)} ms` },
    );
  }
  return parts;
}

function modelsOf({ data, error }: Seen['health']): Part {
  if (data?.status === 'ready') return { name: 'Models', state: 'up', detail: 'loaded' };
  if (data?.status === 'starting') return { name: 'Models', state: 'starting', detail: 'being loaded' };
  return {
    name: 'Models',
    state: 'down',
    detail: data?.reason ?? error?.message ?? 'not loaded',
    requestId: error?.requestId,
  };
}

const titled = (name: string) => name[0]!.toUpperCase() + name.slice(1);
const words = { up: 'up', down: 'down', starting: 'starting' };

export function Parts({ parts, at }: { parts: readonly Part[]; at: Date }) {
  return (
    <section class="card" aria-label="Parts">
      <ul class="plain parts">
        {parts.map(({ name, state, detail, requestId }) => (
          <li key={name} class="row">
            <span class={`dot dot-${state}`} aria-hidden="true" />
            <strong class="part-name">{name}</strong>
            <span class={`badge badge-${state}`}>{words[state]}</span>
            <span class="grow muted">
              {detail !== 'ok' && detail}
              {requestId && <code class="small"> {requestId}</code>}
            </span>
          </li>
        ))}
      </ul>
      <p class="small muted">Looked at {at.toLocaleTimeString()}, again every 5 seconds.</p>
    </section>
  );
}

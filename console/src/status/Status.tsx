import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import * as z from 'zod/mini';
import { active } from '../keys/profiles.ts';
import { readStored, writeStored } from '../storage.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { TextField } from '../ui/Field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Facts } from './Facts.tsx';
import { type Part, Parts, partsOf } from './Parts.tsx';
import { type Reading, readHealth, readOperator, readStatus, readStore, type State } from './read.ts';

interface Picture {
  at: Date;
  health: Awaited<ReturnType<typeof readHealth>>;
  store?: Reading<unknown>;
  status?: Reading<State>;
  operator?: Reading<Record<string, unknown>>;
}

/** How often it is looked at again while the page is seen, in ms. */
const every = 5000;

const operatorKey = signal(readStored(sessionStorage, 'visage.operator', z.string(), ''));

/** What is up and what is down; it needs nothing of the service but to be served. */
export function Status() {
  const picture = useSignal<Picture | undefined>(undefined);
  const look = async () => {
    const key = active.value?.key;
    const [health, store, status, operator] = await Promise.all([
      readHealth(),
      key ? readStore(key) : undefined,
      key ? readStatus(key) : undefined,
      operatorKey.value ? readOperator(operatorKey.value) : undefined,
    ]);
    picture.value = {
      at: new Date(),
      health,
      ...(store && { store }),
      ...(status && { status }),
      ...(operator && { operator }),
    };
  };
  useEffect(() => {
    void look();
    const timer = setInterval(() => {
      if (!document.hidden) void look();
    }, every);
    return () => clearInterval(timer);
  }, [operatorKey.value]);
  const now = picture.value;
  const parts = now ? partsOf(now) : [];
  return (
    <div class="view">
      <header class="row wrap head">
        <div class="grow">
          <h1>Status</h1>
          <p class="muted" role="status">
            {now ? summary(parts) : 'Looking …'}
          </p>
        </div>
        <button type="button" class="button" onClick={look}>
          <Icon name="refresh" />
          Look again
        </button>
      </header>
      {now && <Parts parts={parts} at={now.at} />}
      {now?.status?.data && <OwnStatus state={now.status.data} />}
      {now?.status?.error && now.status.error.status !== 404 && <ErrorNote error={now.status.error} />}
      {!active.value && (
        <p class="note">
          <a href="#/detect">Enter a key</a> to see whether documents can be read, and your own quota.
        </p>
      )}
      <Operator reading={now?.operator} />
    </div>
  );
}

function summary(parts: readonly Part[]): string {
  const down = parts.filter(({ state }) => state === 'down').map(({ name }) => name);
  if (down.length > 0) return `${down.join(', ')}: down.`;
  return parts.some(({ state }) => state === 'starting') ? 'Starting.' : 'Everything that can be seen is up.';
}

function OwnStatus({ state: { version, models, quotas } }: { state: State }) {
  return (
    <>
      {quotas !== undefined && (
        <section class="card stack" aria-label="Own quota">
          <h2>Quota of this key</h2>
          <Facts value={quotas} />
        </section>
      )}
      {models !== undefined && (
        <section class="card stack" aria-label="Models">
          <h2>Models</h2>
          <Facts value={models} />
        </section>
      )}
      {version && (
        <p class="small muted">
          Visage <code>{version}</code>
        </p>
      )}
    </>
  );
}

function Operator({ reading }: { reading: Picture['operator'] }) {
  const typed = useSignal('');
  const save = (key: string) => {
    operatorKey.value = key;
    writeStored(sessionStorage, 'visage.operator', key);
    typed.value = '';
  };
  return (
    <section class="card stack" aria-label="For the operator">
      <h2>For the operator</h2>
      <p class="muted">
        Queues and latencies of the whole installation, for who holds its operator’s key. The key is kept
        until this tab closes.
      </p>
      {operatorKey.value ? (
        <>
          {reading?.data && <Facts value={reading.data} />}
          {reading?.error && reading.error.status !== 404 && <ErrorNote error={reading.error} />}
          {reading?.error?.status === 404 && (
            <p class="note">
              This installation has no operator’s endpoint, or it is not switched on (
              <code>VISAGE_OPERATOR_KEY</code>).
            </p>
          )}
          <button type="button" class="button" onClick={() => save('')}>
            Forget the operator’s key
          </button>
        </>
      ) : (
        <form
          class="row one-line"
          onSubmit={(event) => {
            event.preventDefault();
            save(typed.value.trim());
          }}
        >
          <TextField
            label="Operator’s key"
            type="password"
            required
            value={typed.value}
            onText={(text) => {
              typed.value = text;
            }}
          />
          <button type="submit" class="button">
            Show
          </button>
        </form>
      )}
    </section>
  );
}

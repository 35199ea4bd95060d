import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Collection, getTraining, train } from '../api/collections.ts';
import { sleep } from '../api/pace.ts';
import type { Training as Status } from '../api/schemas.ts';
import { active } from '../keys/profiles.ts';
import { isUntrained, noteTraining } from '../people/changes.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Busy } from '../ui/Progress.tsx';
import { moment } from '../ui/text.ts';
import { useLoad, useTask } from '../ui/useTask.ts';

/** How long the console waits for a training before it says so; the training itself goes on. In ms. */
const patience = 120_000;

const goesOn = (status: Status | undefined) =>
  status?.status === 'running' || status?.status === 'notstarted';

/** Whether a collection is trained, and the means to train it. refresh: changes when its members may have. */
export function Training({ collection, refresh }: { collection: Collection; refresh?: unknown }) {
  const { kind, id } = collection;
  const profile = active.value!;
  const status = useLoad(() => getTraining(profile.key, kind, id), [id, refresh]);
  const late = useSignal(false);
  const watch = useTask();
  const follow = () =>
    watch.run(async () => {
      late.value = false;
      const until = Date.now() + patience;
      for (let pause = 250; ; pause = Math.min(2000, pause * 1.5)) {
        const now = await getTraining(profile.key, kind, id);
        if (!goesOn(now)) break;
        if (Date.now() > until) {
          late.value = true;
          break;
        }
        await sleep(pause);
      }
      await status.reload();
    });
  const begin = useTask();
  const start = async () => {
    const asked = await begin.run(async () => {
      await train(profile.key, kind, id);
      noteTraining(profile.id, kind, id);
    });
    if (asked) await follow();
  };
  useEffect(() => {
    if (goesOn(status.data)) void follow();
  }, [status.data?.status]);
  const last = status.data;
  const untrained = isUntrained(profile.id, kind, id, last);
  const busy = begin.busy || watch.busy;
  return (
    <section class={`note training ${untrained || !last ? 'note-warn' : ''}`} aria-label="Training">
      <div class="grow">
        {busy ? (
          <Busy label="Training …" />
        ) : (
          <p role="status">
            {status.loading && !last
              ? 'Reading how its training stands …'
              : untrained
                ? 'Changes are not trained: they are not identified yet.'
                : describe(last)}
          </p>
        )}
        {late.value && (
          <p>
            The training has not ended within two minutes. It goes on; look again later, or see Status for
            what is down.
          </p>
        )}
        <ErrorNote
          error={begin.error ?? watch.error ?? status.error}
          retry={begin.error ? start : status.reload}
        />
      </div>
      <button
        type="button"
        class={`button ${untrained || !last ? 'primary' : ''}`}
        disabled={busy}
        onClick={start}
      >
        {last?.status === 'failed' ? 'Train again' : 'Train'}
      </button>
    </section>
  );
}

function describe(status: Status | undefined): string {
  if (!status) return 'Never trained: nobody in it is identified yet.';
  if (status.status === 'failed')
    return `The last training failed: ${status.message ?? 'the service gives no reason'}.`;
  if (status.status === 'succeeded') return `Trained ${moment(status.createdDateTime)}.`;
  return 'A training is waiting to be started.';
}

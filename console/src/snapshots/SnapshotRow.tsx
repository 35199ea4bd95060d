import { useSignal } from '@preact/signals';
import { serverNow } from '../api/clock.ts';
import { kindOfType } from '../api/collectionKinds.ts';
import type { Snapshot } from '../api/schemas.ts';
import { applySnapshot, deleteSnapshot } from '../api/snapshotCalls.ts';
import { idRule } from '../collections/idRule.ts';
import { active, profiles } from '../keys/profiles.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Choice, TextField } from '../ui/Field.tsx';
import { count, moment } from '../ui/text.ts';
import { useTask } from '../ui/useTask.ts';
import { watch } from './watchedOperations.ts';

const lifetimeHours = 48;

export function SnapshotRow({ snapshot, changed }: { snapshot: Snapshot; changed: () => Promise<void> }) {
  const applying = useSignal(false);
  const task = useTask();
  const age = (serverNow() - Date.parse(snapshot.createdTime)) / 3_600_000;
  const left = Math.max(0, lifetimeHours - age);
  const kind = kindOfType(snapshot.type);
  const remove = () =>
    task.run(async () => {
      await deleteSnapshot(active.value!.key, snapshot.id);
      await changed();
    });
  return (
    <li class="card stack">
      <div class="row wrap">
        <div class="grow">
          <strong class="name">{snapshot.userData || `${kind?.title ?? snapshot.type}`}</strong>
          <p class="small muted">
            {kind?.title} · taken {moment(snapshot.createdTime)} · <code>{snapshot.id}</code>
          </p>
          <p class="small muted">
            Taken by <code>{snapshot.account}</code>
            {snapshot.applyScope.length > 0 && (
              <>
                , for <code>{snapshot.applyScope.join(', ')}</code>
              </>
            )}
          </p>
        </div>
        <div class="hours">
          <span>{left < 1 ? 'less than an hour left' : `${count(Math.floor(left), 'hour')} left`}</span>
          <meter min={0} max={lifetimeHours} value={left} low={6} aria-label="Hours left" />
        </div>
        <button
          type="button"
          class="button"
          onClick={() => {
            applying.value = true;
          }}
        >
          Apply
        </button>
        <button type="button" class="button danger" disabled={task.busy} onClick={remove}>
          Delete
        </button>
      </div>
      <ErrorNote error={task.error} />
      {applying.value && (
        <Apply
          snapshot={snapshot}
          close={() => {
            applying.value = false;
          }}
        />
      )}
    </li>
  );
}

function Apply({ snapshot, close }: { snapshot: Snapshot; close: () => void }) {
  const other = profiles.value.find(({ id }) => id !== active.value?.id);
  const into = useSignal((other ?? active.value!).id);
  const objectId = useSignal('');
  const task = useTask();
  const submit = async (event: Event) => {
    event.preventDefault();
    const profile = profiles.value.find(({ id }) => id === into.value)!;
    const begun = await task.run(async () => {
      const id = await applySnapshot(profile.key, snapshot.id, objectId.value);
      void watch({ id, profile: profile.id, what: `Apply as ${objectId.value} in ${profile.name}` });
    });
    if (begun) close();
  };
  return (
    <Dialog title="Apply the snapshot" close={close}>
      <form class="stack" onSubmit={submit}>
        <Choice
          label="In the subscription of"
          value={into.value}
          options={profiles.value.map(({ id, name }) => [id, name])}
          hint={
            profiles.value.length < 2
              ? 'Add the key of another subscription under Keys to apply it there.'
              : undefined
          }
          onChoice={(value) => {
            into.value = value;
          }}
        />
        <TextField
          label="Id of what is made"
          required
          pattern={idRule}
          hint="It must not exist yet. Persons and faces keep their ids."
          value={objectId.value}
          onText={(text) => {
            objectId.value = text;
          }}
        />
        <ErrorNote error={task.error} />
        <div class="row end">
          <button type="submit" class="button primary" disabled={task.busy}>
            Apply
          </button>
        </div>
      </form>
    </Dialog>
  );
}

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { listSnapshots } from '../api/snapshotCalls.ts';
import { active } from '../keys/profiles.ts';
import { Empty } from '../ui/Empty.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Icon } from '../ui/icons.tsx';
import { Busy } from '../ui/Progress.tsx';
import { useLoad } from '../ui/useTask.ts';
import { Operations } from './Operations.tsx';
import { SnapshotRow } from './SnapshotRow.tsx';
import { Take } from './Take.tsx';
import { isOver, operations, watch } from './watchedOperations.ts';

export function Snapshots() {
  const taking = useSignal(false);
  const snapshots = useLoad(() => listSnapshots(active.value!.key), []);
  useEffect(() => {
    for (const each of operations.peek()) if (!isOver(each)) void watch(each, snapshots.reload);
  }, []);
  const take = () => {
    taking.value = true;
  };
  const newestFirst = snapshots.data?.toSorted((a, b) => (a.createdTime < b.createdTime ? 1 : -1));
  return (
    <div class="view">
      <header class="row wrap head">
        <div class="grow">
          <h1>Snapshots</h1>
          <p class="muted">
            Copies of groups and lists, kept for 48 hours, to apply here or in another subscription.
          </p>
        </div>
        <button type="button" class="button" onClick={take}>
          <Icon name="snapshots" />
          Take a snapshot
        </button>
      </header>
      <Operations />
      <ErrorNote error={snapshots.error} retry={snapshots.reload} />
      {!snapshots.data && snapshots.loading && <Busy label="Reading the snapshots …" />}
      {newestFirst?.length === 0 && (
        <Empty title="No snapshots">
          <p class="muted">Take one of a group or list; nothing needs training once it is applied.</p>
          <button type="button" class="button primary" onClick={take}>
            Take a snapshot
          </button>
        </Empty>
      )}
      {newestFirst && newestFirst.length > 0 && (
        <ul class="plain stack">
          {newestFirst.map((snapshot) => (
            <SnapshotRow key={snapshot.id} snapshot={snapshot} changed={snapshots.reload} />
          ))}
        </ul>
      )}
      {taking.value && (
        <Take
          taken={snapshots.reload}
          close={() => {
            taking.value = false;
          }}
        />
      )}
    </div>
  );
}

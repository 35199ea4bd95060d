import { useSignal } from '@preact/signals';
import type { Collection } from '../api/collections.ts';
import { Choose, DropZone } from '../images/DropZone.tsx';
import type { Found } from '../images/found.ts';
import { active } from '../keys/profiles.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Progress } from '../ui/Progress.tsx';
import { useTask } from '../ui/useTask.ts';
import { type CheckedPlan, checkPlan } from './check.ts';
import { LayoutPicture } from './LayoutPicture.tsx';
import { PlanView } from './PlanView.tsx';
import { arrange } from './plan.ts';

/** Takes a folder of folders and shows what would be enrolled. into: the group; else a new one is made. */
export function EnrolFolder({ into, first }: { into?: Collection; first?: boolean }) {
  const plan = useSignal<CheckedPlan | undefined>(undefined);
  const done = useSignal(0);
  const root = useSignal('');
  const task = useTask();
  const look = (found: Found[]) =>
    task.run(async () => {
      plan.value = undefined;
      done.value = 0;
      root.value = found[0]?.path.split('/')[0] ?? '';
      const target = into && { key: active.value!.key, kind: into.kind, id: into.id };
      plan.value = await checkPlan(arrange(found), target, (share) => {
        done.value = share;
      });
    });
  if (plan.value)
    return (
      <PlanView
        plan={plan.value}
        into={into}
        suggestedName={root.value}
        close={() => {
          plan.value = undefined;
        }}
      />
    );
  return (
    <DropZone class="card enrol" accept="all" onFiles={look}>
      <LayoutPicture />
      <div class="stack grow">
        <h2>{first ? 'Drop a folder of folders' : 'Enrol another folder'}</h2>
        <p class="muted">
          One folder for each person, named as the person is called, with photographs of only that person or
          of several, of whom you choose one. You see a plan before anything is sent.
        </p>
        {task.busy && (
          <>
            <p role="status">Looking at the photographs …</p>
            <Progress label="Photographs looked at" value={done.value} />
          </>
        )}
        <ErrorNote error={task.error} />
        <div class="row">
          <Choose label="Choose a folder" folder accept="all" primary={Boolean(first)} onFiles={look} />
        </div>
      </div>
    </DropZone>
  );
}

import { Check } from '../ui/Field.tsx';
import { useTask } from '../ui/useTask.ts';
import { forgetCrops, keepsCrops } from './keptCrops.ts';

/** The choice to keep small pictures in this browser: the service keeps none. */
export function LocalPictures() {
  const task = useTask();
  return (
    <section class="local-pictures row wrap small" aria-label="Pictures in this browser">
      <span class="grow muted">
        The service keeps features, never pictures: people show as initials and file names.
      </span>
      <Check
        label="Keep small pictures of faces in this browser"
        checked={keepsCrops.value}
        onCheck={(on) => {
          keepsCrops.value = on;
        }}
      />
      <button type="button" class="link" disabled={task.busy} onClick={() => task.run(forgetCrops)}>
        Forget all pictures
      </button>
    </section>
  );
}

import { useSignal } from '@preact/signals';
import type { Kind } from '../api/collectionKinds.ts';
import { createCollection } from '../api/collections.ts';
import { about, type RecognitionModel, recognitionModels } from '../api/models.ts';
import { active } from '../keys/profiles.ts';
import { go } from '../router.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Choice, TextField } from '../ui/Field.tsx';
import { useTask } from '../ui/useTask.ts';
import { idFrom, idRule } from './idRule.ts';

/** Makes a group or list and goes to it. */
export function CreateCollection(props: {
  kinds: readonly [Kind, Kind];
  view: 'people' | 'lists';
  close: () => void;
}) {
  const [small, large] = props.kinds;
  const name = useSignal('');
  const ownId = useSignal<string | undefined>(undefined);
  const path = useSignal<string>(small.path);
  const model = useSignal<RecognitionModel>('recognition_04');
  const task = useTask();
  const id = ownId.value ?? idFrom(name.value);
  const submit = async (event: Event) => {
    event.preventDefault();
    const kind = path.value === small.path ? small : large;
    const body = { name: name.value.trim(), recognitionModel: model.value };
    const made = await task.run(() => createCollection(active.value!.key, kind, id, body));
    if (made) go(props.view, kind.path, id);
  };
  return (
    <Dialog title={`New ${small.title.toLowerCase()}`} close={props.close}>
      <form class="stack" onSubmit={submit}>
        <TextField
          label="Name"
          required
          maxLength={128}
          value={name.value}
          onText={(text) => {
            name.value = text;
          }}
        />
        <TextField
          label="Id"
          required
          pattern={idRule}
          hint="1 to 64 of a-z 0-9 - _; programs use it, and it cannot change."
          value={id}
          onText={(text) => {
            ownId.value = text;
          }}
        />
        <Choice
          label="Kind"
          value={path.value}
          options={[
            [small.path, small.title],
            [large.path, large.title],
          ]}
          hint={
            small.trained
              ? 'A large one holds up to 1,000,000 persons.'
              : 'A large one holds up to 1,000,000 faces and needs training.'
          }
          onChoice={(value) => {
            path.value = value;
          }}
        />
        <Choice
          label="Recognition model"
          value={model.value}
          options={recognitionModels.map((each) => [each, `${each}: ${about[each]}`])}
          hint="Faces compare within one model only, and it cannot change."
          onChoice={(value) => {
            model.value = value;
          }}
        />
        <ErrorNote error={task.error} />
        <div class="row end">
          <button type="submit" class="button primary" disabled={task.busy}>
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}

import { useSignal } from '@preact/signals';
import { type Collection, deleteCollection, updateCollection } from '../api/collections.ts';
import { active } from '../keys/profiles.ts';
import { go, linkTo } from '../router.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { TextField } from '../ui/Field.tsx';
import { Icon } from '../ui/icons.tsx';
import { useTask } from '../ui/useTask.ts';

interface HeadProps {
  collection: Collection;
  view: 'people' | 'lists';
  changed: () => void;
}

/** The name of a group or list, and how to change it or be rid of it. */
export function CollectionHead({ collection, view, changed }: HeadProps) {
  const dialog = useSignal<'edit' | 'delete' | undefined>(undefined);
  const { kind, id, name, userData, recognitionModel } = collection;
  const close = () => {
    dialog.value = undefined;
  };
  return (
    <header class="row wrap head">
      <div class="grow">
        <p class="crumb">
          <a href={linkTo(view)}>{view === 'people' ? 'People' : 'Lists'}</a> <Icon name="next" />
        </p>
        <h1 class="name">{name}</h1>
        <p class="muted">
          {kind.title} <code>{id}</code> · {recognitionModel}
        </p>
        {userData && <p class="small user-data">{userData}</p>}
      </div>
      <button
        type="button"
        class="button"
        onClick={() => {
          dialog.value = 'edit';
        }}
      >
        Rename
      </button>
      <button
        type="button"
        class="button danger"
        onClick={() => {
          dialog.value = 'delete';
        }}
      >
        Delete
      </button>
      {dialog.value === 'edit' && <Edit {...{ collection, changed, close }} />}
      {dialog.value === 'delete' && <Delete {...{ collection, view, close }} />}
    </header>
  );
}

function Edit({ collection, changed, close }: Omit<HeadProps, 'view'> & { close: () => void }) {
  const name = useSignal(collection.name);
  const userData = useSignal(collection.userData ?? '');
  const task = useTask();
  const submit = async (event: Event) => {
    event.preventDefault();
    const body = { name: name.value, userData: userData.value };
    const saved = await task.run(() =>
      updateCollection(active.value!.key, collection.kind, collection.id, body),
    );
    if (!saved) return;
    close();
    changed();
  };
  return (
    <Dialog title="Rename" close={close}>
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
          label="userData"
          hint="Anything of your own, up to 16 KB."
          value={userData.value}
          onText={(text) => {
            userData.value = text;
          }}
        />
        <ErrorNote error={task.error} />
        <div class="row end">
          <button type="submit" class="button primary" disabled={task.busy}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Delete({ collection, view, close }: Omit<HeadProps, 'changed'> & { close: () => void }) {
  const typed = useSignal('');
  const task = useTask();
  const { name, kind, id } = collection;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await task.run(() => deleteCollection(active.value!.key, kind, id))) go(view);
  };
  return (
    <Dialog title={`Delete ${kind.title.toLowerCase()}`} close={close}>
      <form class="stack" onSubmit={submit}>
        <p>
          Everything in <strong class="name">{name}</strong> is deleted: {kind.holds} and their features. This
          cannot be undone; a snapshot taken before can be applied again for 48 hours.
        </p>
        <TextField
          label={`Type the name to confirm: ${name}`}
          value={typed.value}
          onText={(text) => {
            typed.value = text;
          }}
        />
        <ErrorNote error={task.error} />
        <div class="row end">
          <button
            type="submit"
            class="button danger"
            disabled={task.busy || typed.value.trim() !== name.trim()}
          >
            Delete for good
          </button>
        </div>
      </form>
    </Dialog>
  );
}

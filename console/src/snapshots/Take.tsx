import { useSignal } from '@preact/signals';
import { allKinds } from '../api/collectionKinds.ts';
import { listCollections } from '../api/collections.ts';
import { listSnapshots, takeSnapshot } from '../api/snapshotCalls.ts';
import { active, note, profiles } from '../keys/profiles.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Check, Choice, TextField } from '../ui/Field.tsx';
import { useLoad, useTask } from '../ui/useTask.ts';
import { operations, watch } from './watchedOperations.ts';

const nameOf = ({ kind, id }: { kind: { path: string }; id: string }) => `${kind.path}/${id}`;

export function Take({ close, taken }: { close: () => void; taken: () => Promise<void> }) {
  const profile = active.value!;
  const collections = useLoad(async () => {
    const lists = await Promise.all(allKinds.map((kind) => listCollections(profile.key, kind)));
    return lists.flat();
  }, []);
  const others = profiles.value.filter(({ id }) => id !== profile.id);
  const chosen = useSignal('');
  const scope = useSignal<ReadonlySet<string>>(
    new Set(others.flatMap(({ subscription }) => subscription ?? [])),
  );
  const typed = useSignal('');
  const task = useTask();
  const source = collections.data?.find((each) => nameOf(each) === chosen.value) ?? collections.data?.[0];
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!source) return;
    const extra = typed.value.split(/[\s,]+/).filter(Boolean);
    const begun = await task.run(async () => {
      const id = await takeSnapshot(profile.key, {
        type: source.kind.type,
        objectId: source.id,
        applyScope: [...new Set([...scope.value, ...extra])],
        userData: source.name,
      });
      void watch({ id, profile: profile.id, what: `Take of ${source.name}` }, async () => {
        await taken();
        await learnAccount(profile.id, profile.key, id);
      });
    });
    if (begun) close();
  };
  return (
    <Dialog title="Take a snapshot" close={close}>
      <form class="stack" onSubmit={submit}>
        <ErrorNote error={collections.error} retry={collections.reload} />
        {collections.data?.length === 0 && (
          <p class="note">There is no group or list to take a snapshot of.</p>
        )}
        <Choice
          label="Of"
          value={source ? nameOf(source) : ''}
          options={(collections.data ?? []).map((each) => [
            nameOf(each),
            `${each.name} (${each.kind.title}, ${each.id})`,
          ])}
          onChoice={(value) => {
            chosen.value = value;
          }}
        />
        <fieldset class="stack">
          <legend>Who may apply it, beside this subscription</legend>
          {others.map(({ id, name, subscription }) =>
            subscription ? (
              <Check
                key={id}
                label={
                  <>
                    {name} <code class="small muted">{subscription}</code>
                  </>
                }
                checked={scope.value.has(subscription)}
                onCheck={(on) => {
                  const next = new Set(scope.value);
                  if (on) next.add(subscription);
                  else next.delete(subscription);
                  scope.value = next;
                }}
              />
            ) : (
              <p key={id} class="small muted">
                {name}: its subscription id is not known; enter it below.
              </p>
            ),
          )}
          <TextField
            label="Subscription ids"
            hint="Separated by commas; npm start prints them beside the keys."
            value={typed.value}
            onText={(text) => {
              typed.value = text;
            }}
          />
        </fieldset>
        <ErrorNote error={task.error} />
        <div class="row end">
          <button type="submit" class="button primary" disabled={task.busy || !source}>
            Take
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** A snapshot that one took tells one's own subscription id. */
async function learnAccount(profile: string, key: string, operation: string): Promise<void> {
  const made = operations.value
    .find(({ id }) => id === operation)
    ?.last?.resourceLocation?.split('/')
    .pop();
  const snapshot = (await listSnapshots(key)).find(({ id }) => id === made);
  if (snapshot) note(profile, { subscription: snapshot.account });
}

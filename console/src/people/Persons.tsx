import { useSignal } from '@preact/signals';
import type { Collection } from '../api/collections.ts';
import { createPerson, listPersons } from '../api/personCalls.ts';
import { active } from '../keys/profiles.ts';
import { go, linkTo } from '../router.ts';
import { Empty } from '../ui/Empty.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { TextField } from '../ui/Field.tsx';
import { Pager, usePages } from '../ui/Pages.tsx';
import { Busy } from '../ui/Progress.tsx';
import { count } from '../ui/text.ts';
import { useTask } from '../ui/useTask.ts';
import { Avatar } from './Avatar.tsx';

/** The persons of a group, page by page. */
export function Persons(props: { group: Collection; changed: () => void; refresh: unknown }) {
  const { kind, id } = props.group;
  const { key } = active.value!;
  const page = usePages(
    (start, top) => listPersons(key, kind, id, start, top),
    ({ personId }) => personId,
    [id, props.refresh],
  );
  return (
    <>
      <NewPerson group={props.group} />
      <ErrorNote error={page.error} retry={page.reload} />
      {!page.data && page.loading && <Busy label="Reading the persons …" />}
      {page.data?.length === 0 && (
        <Empty title="Nobody yet">
          <p class="muted">
            Add a person above, or <a href={linkTo('people', kind.path, id, 'enrol')}>enrol a folder</a> of
            photographs.
          </p>
        </Empty>
      )}
      {page.data && page.data.length > 0 && (
        <div class="card table">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Faces</th>
                <th scope="col" class="wide-only">
                  userData
                </th>
              </tr>
            </thead>
            <tbody>
              {page.data.map(({ personId, name, userData, persistedFaceIds }) => (
                <tr key={personId}>
                  <td>
                    <a class="person" href={linkTo('people', kind.path, id, 'persons', personId)}>
                      <Avatar name={name} faceId={persistedFaceIds[0]} />
                      <span class="name">{name}</span>
                    </a>
                  </td>
                  <td>{count(persistedFaceIds.length, 'face')}</td>
                  <td class="wide-only small">
                    <span class="user-data">{userData}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pager {...page} what="persons" />
    </>
  );
}

function NewPerson({ group }: { group: Collection }) {
  const name = useSignal('');
  const task = useTask();
  const submit = async (event: Event) => {
    event.preventDefault();
    let personId = '';
    const made = await task.run(async () => {
      personId = await createPerson(active.value!.key, group.kind, group.id, { name: name.value.trim() });
    });
    if (made) go('people', group.kind.path, group.id, 'persons', personId);
  };
  return (
    <>
      <form class="row one-line" onSubmit={submit}>
        <TextField
          label="New person"
          placeholder="Name"
          required
          maxLength={128}
          value={name.value}
          onText={(text) => {
            name.value = text;
          }}
        />
        <button type="submit" class="button" disabled={task.busy}>
          Add
        </button>
      </form>
      <ErrorNote error={task.error} />
    </>
  );
}

import { useSignal } from '@preact/signals';
import { type Collection, deleteFace, getFace } from '../api/collections.ts';
import { deletePerson, getPerson, personPath, updatePerson } from '../api/personCalls.ts';
import type { PersistedFace, Person } from '../api/schemas.ts';
import { AddFaces } from '../collections/AddFaces.tsx';
import { readMark } from '../enrol/job.ts';
import { inLanes } from '../images/lanes.ts';
import { active } from '../keys/profiles.ts';
import { go, linkTo } from '../router.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { TextField } from '../ui/Field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Busy } from '../ui/Progress.tsx';
import { count } from '../ui/text.ts';
import { useLoad, useTask } from '../ui/useTask.ts';
import { Avatar } from './Avatar.tsx';
import { noteChange } from './changes.ts';
import { forgetCrop } from './keptCrops.ts';

interface PersonProps {
  group: Collection;
  personId: string;
  changed: () => void;
}

export function PersonView({ group, personId, changed }: PersonProps) {
  const { kind, id } = group;
  const { key, id: profile } = active.value!;
  const owner = personPath(kind, id, personId);
  const person = useLoad(async () => {
    const read = await getPerson(key, kind, id, personId);
    const faces = new Map<string, PersistedFace>();
    await inLanes(read.persistedFaceIds, 4, async (faceId) => {
      faces.set(faceId, await getFace(key, owner, faceId));
    });
    return { ...read, faces: read.persistedFaceIds.flatMap((faceId) => faces.get(faceId) ?? []) };
  }, [personId]);
  const task = useTask();
  const changedNow = () => {
    noteChange(profile, kind, id);
    changed();
    return person.reload();
  };
  const remove = (faceId: string) =>
    task.run(async () => {
      await deleteFace(key, owner, faceId);
      await forgetCrop(faceId);
      await changedNow();
    });
  if (!person.data)
    return person.loading ? (
      <Busy label="Reading the person …" />
    ) : (
      <ErrorNote error={person.error} retry={person.reload} />
    );
  const { name, faces } = person.data;
  return (
    <section class="card stack" aria-label={name}>
      <p class="crumb">
        <a href={linkTo('people', kind.path, id)}>All persons</a> <Icon name="next" />
      </p>
      <PersonForm person={person.data} group={group} saved={person.reload} changed={changed} />
      <ErrorNote error={task.error ?? person.error} />
      <h3>{count(faces.length, 'face')}</h3>
      <ul class="plain face-list">
        {faces.map(({ persistedFaceId, userData }) => {
          const { file } = readMark(userData);
          return (
            <li key={persistedFaceId} class="row">
              <Avatar name={name} faceId={persistedFaceId} />
              <span class="grow">
                <span class="name">{file ?? userData ?? 'Face'}</span>
                <br />
                <code class="small muted">{persistedFaceId}</code>
              </span>
              <button
                type="button"
                class="button quiet"
                aria-label={`Delete face ${file ?? persistedFaceId}`}
                disabled={task.busy}
                onClick={() => remove(persistedFaceId)}
              >
                <Icon name="trash" />
              </button>
            </li>
          );
        })}
      </ul>
      <AddFaces owner={owner} added={changedNow} />
    </section>
  );
}

function PersonForm(props: {
  person: Person;
  group: Collection;
  saved: () => Promise<void>;
  changed: () => void;
}) {
  const { person, group } = props;
  const { key, id: profile } = active.value!;
  const name = useSignal(person.name);
  const userData = useSignal(person.userData ?? '');
  const sure = useSignal(false);
  const task = useTask();
  const save = (event: Event) => {
    event.preventDefault();
    void task.run(async () => {
      const body = { name: name.value, userData: userData.value };
      await updatePerson(key, group.kind, group.id, person.personId, body);
      await props.saved();
    });
  };
  const remove = async () => {
    if (!sure.value) {
      sure.value = true;
      return;
    }
    const gone = await task.run(() => deletePerson(key, group.kind, group.id, person.personId));
    if (!gone) return;
    noteChange(profile, group.kind, group.id);
    props.changed();
    go('people', group.kind.path, group.id);
  };
  const same = name.value === person.name && userData.value === (person.userData ?? '');
  return (
    <form class="stack" onSubmit={save}>
      <div class="row person-form">
        <Avatar name={person.name} faceId={person.persistedFaceIds[0]} />
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
          value={userData.value}
          onText={(text) => {
            userData.value = text;
          }}
        />
      </div>
      <ErrorNote error={task.error} />
      <div class="row">
        <button type="submit" class="button" disabled={same || task.busy}>
          Save
        </button>
        <span class="grow" />
        <button type="button" class="button danger" disabled={task.busy} onClick={remove}>
          {sure.value ? 'Yes, delete the person and all faces' : 'Delete person'}
        </button>
      </div>
    </form>
  );
}

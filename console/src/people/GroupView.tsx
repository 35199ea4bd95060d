import { useSignal } from '@preact/signals';
import type { Kind } from '../api/collectionKinds.ts';
import { getCollection } from '../api/collections.ts';
import { CollectionHead } from '../collections/CollectionHead.tsx';
import { Training } from '../collections/Training.tsx';
import { EnrolFolder } from '../enrol/EnrolFolder.tsx';
import { jobs } from '../enrol/jobStore.ts';
import { OpenJobs } from '../enrol/OpenJobs.tsx';
import { active } from '../keys/profiles.ts';
import { linkTo } from '../router.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Busy } from '../ui/Progress.tsx';
import { useLoad } from '../ui/useTask.ts';
import { Identify } from './Identify.tsx';
import { LocalPictures } from './LocalPictures.tsx';
import { Persons } from './Persons.tsx';
import { PersonView } from './PersonView.tsx';

interface GroupProps {
  kind: Kind;
  id: string;
  part: string | undefined;
  personId: string | undefined;
}

const parts = [
  ['persons', 'Persons'],
  ['enrol', 'Enrol a folder'],
  ['identify', 'Identify'],
] as const;

export function GroupView({ kind, id, part = 'persons', personId }: GroupProps) {
  const group = useLoad(() => getCollection(active.value!.key, kind, id), [kind.path, id]);
  const turn = useSignal(0);
  const changed = () => {
    turn.value++;
  };
  if (!group.data)
    return (
      <div class="view">
        {group.loading ? (
          <Busy label="Reading the group …" />
        ) : (
          <ErrorNote error={group.error} retry={group.reload} />
        )}
        {group.error !== undefined && <a href="#/people">All groups</a>}
      </div>
    );
  const finished = jobs.value.filter((job) => job.group === id && job.state !== 'running').length;
  const { data } = group;
  return (
    <div class="view">
      <CollectionHead collection={data} view="people" changed={group.reload} />
      <Training collection={data} refresh={`${turn.value} ${finished}`} />
      <nav class="tabs" aria-label="Group">
        {parts.map(([path, title]) => (
          <a
            key={path}
            href={linkTo('people', kind.path, id, path)}
            aria-current={path === part ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      {part === 'persons' && !personId && <Persons group={data} changed={changed} refresh={finished} />}
      {part === 'persons' && personId && (
        <PersonView key={personId} group={data} personId={personId} changed={changed} />
      )}
      {part === 'enrol' && (
        <>
          <OpenJobs kind={kind} group={id} />
          <EnrolFolder into={data} first />
        </>
      )}
      {part === 'identify' && <Identify group={data} />}
      <LocalPictures />
    </div>
  );
}

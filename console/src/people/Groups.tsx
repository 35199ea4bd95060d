import { useSignal } from '@preact/signals';
import { groupKinds, largePersonGroup, personGroup } from '../api/collectionKinds.ts';
import { listCollections } from '../api/collections.ts';
import { CollectionTable } from '../collections/CollectionTable.tsx';
import { CreateCollection } from '../collections/CreateCollection.tsx';
import { EnrolFolder } from '../enrol/EnrolFolder.tsx';
import { OpenJobs } from '../enrol/OpenJobs.tsx';
import { active } from '../keys/profiles.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Icon } from '../ui/icons.tsx';
import { Busy } from '../ui/Progress.tsx';
import { useLoad } from '../ui/useTask.ts';
import { LocalPictures } from './LocalPictures.tsx';

export function Groups() {
  const creating = useSignal(false);
  const groups = useLoad(async () => {
    const { key } = active.value!;
    const lists = await Promise.all(groupKinds.map((kind) => listCollections(key, kind)));
    return lists.flat();
  }, []);
  const empty = groups.data?.length === 0;
  return (
    <div class="view">
      <header class="row wrap head">
        <div class="grow">
          <h1>People</h1>
          <p class="muted">Groups of persons, whom faces are identified among.</p>
        </div>
        <button
          type="button"
          class="button"
          onClick={() => {
            creating.value = true;
          }}
        >
          <Icon name="plus" />
          New group
        </button>
      </header>
      <OpenJobs />
      <ErrorNote error={groups.error} retry={groups.reload} />
      {!groups.data && groups.loading && <Busy label="Reading the groups …" />}
      {groups.data && !empty && <CollectionTable collections={groups.data} view="people" />}
      {groups.data && <EnrolFolder first={empty} />}
      <LocalPictures />
      {creating.value && (
        <CreateCollection
          kinds={[personGroup, largePersonGroup]}
          view="people"
          close={() => {
            creating.value = false;
          }}
        />
      )}
    </div>
  );
}

import { useSignal } from '@preact/signals';
import { faceList, kindOfPath, largeFaceList, listKinds } from '../api/collectionKinds.ts';
import { listCollections } from '../api/collections.ts';
import { CollectionTable } from '../collections/CollectionTable.tsx';
import { CreateCollection } from '../collections/CreateCollection.tsx';
import { active } from '../keys/profiles.ts';
import { route } from '../router.ts';
import { Empty } from '../ui/Empty.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Icon } from '../ui/icons.tsx';
import { Busy } from '../ui/Progress.tsx';
import { useLoad } from '../ui/useTask.ts';
import { ListView } from './ListView.tsx';

/** `#/lists` and `#/lists/facelists/vips`. */
export function Lists() {
  const [, path, id] = route.value;
  const kind = kindOfPath(path);
  return kind?.holds === 'faces' && id ? (
    <ListView key={`${path}/${id}`} kind={kind} id={id} />
  ) : (
    <AllLists />
  );
}

function AllLists() {
  const creating = useSignal(false);
  const lists = useLoad(async () => {
    const { key } = active.value!;
    return (await Promise.all(listKinds.map((kind) => listCollections(key, kind)))).flat();
  }, []);
  const create = () => {
    creating.value = true;
  };
  return (
    <div class="view">
      <header class="row wrap head">
        <div class="grow">
          <h1>Lists</h1>
          <p class="muted">Faces without names, to find those that look alike.</p>
        </div>
        <button type="button" class="button" onClick={create}>
          <Icon name="plus" />
          New list
        </button>
      </header>
      <ErrorNote error={lists.error} retry={lists.reload} />
      {!lists.data && lists.loading && <Busy label="Reading the lists …" />}
      {lists.data?.length === 0 && (
        <Empty title="No lists yet">
          <p class="muted">
            A face list holds up to 1,000 faces and answers at once; a large one up to 1,000,000 and is
            trained.
          </p>
          <button type="button" class="button primary" onClick={create}>
            Make the first list
          </button>
        </Empty>
      )}
      {lists.data && lists.data.length > 0 && <CollectionTable collections={lists.data} view="lists" />}
      {creating.value && (
        <CreateCollection
          kinds={[faceList, largeFaceList]}
          view="lists"
          close={() => {
            creating.value = false;
          }}
        />
      )}
    </div>
  );
}

import { useSignal } from '@preact/signals';
import type { Kind } from '../api/collectionKinds.ts';
import { deleteFace, getCollection, listFaces, ownerOf } from '../api/collections.ts';
import { AddFaces } from '../collections/AddFaces.tsx';
import { CollectionHead } from '../collections/CollectionHead.tsx';
import { Training } from '../collections/Training.tsx';
import { readMark } from '../enrol/job.ts';
import { active } from '../keys/profiles.ts';
import { Avatar } from '../people/Avatar.tsx';
import { noteChange } from '../people/changes.ts';
import { forgetCrop } from '../people/keptCrops.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Icon } from '../ui/icons.tsx';
import { Pager, usePages } from '../ui/Pages.tsx';
import { Busy } from '../ui/Progress.tsx';
import { useLoad, useTask } from '../ui/useTask.ts';
import { SearchList } from './SearchList.tsx';

export function ListView({ kind, id }: { kind: Kind; id: string }) {
  const { key, id: profile } = active.value!;
  const list = useLoad(() => getCollection(key, kind, id), [kind.path, id]);
  const page = usePages(
    async (start, top) => {
      if (kind.large) return listFaces(key, kind, id, start, top);
      // A face list comes whole.
      const { persistedFaces } = await getCollection(key, kind, id);
      const sorted = persistedFaces.toSorted((a, b) => (a.persistedFaceId < b.persistedFaceId ? -1 : 1));
      return sorted.filter(({ persistedFaceId }) => persistedFaceId > start).slice(0, top);
    },
    ({ persistedFaceId }) => persistedFaceId,
    [kind.path, id],
  );
  const task = useTask();
  const turn = useSignal(0);
  const changed = async () => {
    turn.value++;
    if (kind.trained) noteChange(profile, kind, id);
    await page.reload();
  };
  const remove = (faceId: string) =>
    task.run(async () => {
      await deleteFace(key, ownerOf(kind, id), faceId);
      await forgetCrop(faceId);
      await changed();
    });
  if (!list.data)
    return (
      <div class="view">
        {list.loading ? (
          <Busy label="Reading the list …" />
        ) : (
          <ErrorNote error={list.error} retry={list.reload} />
        )}
        {list.error !== undefined && <a href="#/lists">All lists</a>}
      </div>
    );
  return (
    <div class="view">
      <CollectionHead collection={list.data} view="lists" changed={list.reload} />
      {kind.trained && <Training collection={list.data} refresh={turn.value} />}
      <div class="two-columns">
        <section class="card stack" aria-label="Faces of the list">
          <h2 class="slot-title">Faces</h2>
          <AddFaces owner={ownerOf(kind, id)} added={changed} />
          <ErrorNote error={task.error ?? page.error} retry={page.reload} />
          {page.data?.length === 0 && <p class="muted">No faces yet.</p>}
          <ul class="plain face-list">
            {page.data?.map(({ persistedFaceId, userData }) => {
              const { file } = readMark(userData);
              const name = file ?? userData ?? 'Face';
              return (
                <li key={persistedFaceId} class="row">
                  <Avatar name={name.split('/').pop()!} faceId={persistedFaceId} />
                  <span class="grow">
                    <span class="name">{name}</span>
                    <br />
                    <code class="small muted">{persistedFaceId}</code>
                  </span>
                  <button
                    type="button"
                    class="button quiet"
                    aria-label={`Delete ${name}`}
                    disabled={task.busy}
                    onClick={() => remove(persistedFaceId)}
                  >
                    <Icon name="trash" />
                  </button>
                </li>
              );
            })}
          </ul>
          <Pager {...page} what="faces" />
        </section>
        <SearchList list={list.data} names={page.data ?? []} />
      </div>
    </div>
  );
}

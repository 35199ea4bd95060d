import { kindOfPath } from '../api/collectionKinds.ts';
import { route } from '../router.ts';
import { Groups } from './Groups.tsx';
import { GroupView } from './GroupView.tsx';

/** `#/people`, `#/people/persongroups/friends`, and what lies below a group. */
export function People() {
  const [, path, id, part, personId] = route.value;
  const kind = kindOfPath(path);
  if (kind?.holds === 'persons' && id)
    return <GroupView key={`${path}/${id}`} kind={kind} id={id} part={part} personId={personId} />;
  return <Groups />;
}

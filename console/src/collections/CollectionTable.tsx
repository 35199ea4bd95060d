import type { Collection } from '../api/collections.ts';
import { linkTo } from '../router.ts';

/** Groups or lists, each a link to what is in it. */
export function CollectionTable(props: { collections: readonly Collection[]; view: 'people' | 'lists' }) {
  return (
    <div class="card table">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Id</th>
            <th scope="col">Kind</th>
            <th scope="col" class="wide-only">
              Recognition
            </th>
          </tr>
        </thead>
        <tbody>
          {props.collections.map(({ kind, id, name, recognitionModel }) => (
            <tr key={`${kind.path}/${id}`}>
              <td>
                <a class="strong name" href={linkTo(props.view, kind.path, id)}>
                  {name}
                </a>
              </td>
              <td>
                <code>{id}</code>
              </td>
              <td>{kind.title}</td>
              <td class="wide-only">{recognitionModel}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import * as z from 'zod/mini';
import { call, nothing } from './call.ts';
import type { Kind } from './collectionKinds.ts';
import { type Described, ownerOf } from './collections.ts';
import { type Person, person } from './schemas.ts';

/** The path of a person, who owns faces. */
export const personPath = (kind: Kind, group: string, personId: string) =>
  `${ownerOf(kind, group)}/persons/${personId}`;

const persons = (kind: Kind, group: string) => `${ownerOf(kind, group)}/persons`;

/** Those with an id beyond start, in the order of their ids. */
export async function listPersons(key: string, kind: Kind, group: string, start = '', top = 1000) {
  return (await call(key, z.array(person), { path: persons(kind, group), query: { start, top } })).value;
}

/** Every person of a group, page by page. */
export async function* allPersons(key: string, kind: Kind, group: string): AsyncGenerator<Person> {
  let start = '';
  for (;;) {
    const page = await listPersons(key, kind, group, start);
    yield* page;
    if (page.length < 1000) return;
    start = page.at(-1)!.personId;
  }
}

export async function getPerson(key: string, kind: Kind, group: string, personId: string) {
  return (await call(key, person, { path: personPath(kind, group, personId) })).value;
}

export async function createPerson(key: string, kind: Kind, group: string, body: Described) {
  const request = { method: 'POST', path: persons(kind, group), body } as const;
  return (await call(key, z.object({ personId: z.string() }), request)).value.personId;
}

export const updatePerson = (key: string, kind: Kind, group: string, personId: string, body: Described) =>
  call(key, nothing, { method: 'PATCH', path: personPath(kind, group, personId), body });

export const deletePerson = (key: string, kind: Kind, group: string, personId: string) =>
  call(key, nothing, { method: 'DELETE', path: personPath(kind, group, personId) });

import { isMissing } from '../api/apiError.ts';
import type { Kind } from '../api/collectionKinds.ts';
import { getFace } from '../api/collections.ts';
import { allPersons, personPath } from '../api/personCalls.ts';
import type { Person } from '../api/schemas.ts';
import type { Found } from '../images/found.ts';
import { inLanes } from '../images/lanes.ts';
import { readMark } from './job.ts';
import type { Plan, Skip } from './plan.ts';

export interface CheckedFile extends Found {
  sha256?: string | undefined;
}
export interface CheckedPlan {
  /** personId: of the one of this name who is in the group already. */
  persons: { name: string; personId?: string; files: CheckedFile[] }[];
  skips: Skip[];
}

/** Leaves out of a plan what is there twice, and what the group holds already. step: told how far it is, 0 to 1. */
export async function checkPlan(
  plan: Plan,
  group: { key: string; kind: Kind; id: string } | undefined,
  step: (done: number) => void,
): Promise<CheckedPlan> {
  const existing = new Map<string, Person>();
  if (group)
    for await (const person of allPersons(group.key, group.kind, group.id))
      if (!existing.has(person.name)) existing.set(person.name, person);
  const skips = [...plan.skips];
  const persons: CheckedPlan['persons'] = [];
  const total = plan.persons.reduce((sum, { files }) => sum + files.length, 0);
  let done = 0;
  for (const { name, files } of plan.persons) {
    const person = existing.get(name);
    const enrolled = person && group ? await marksOf(group.key, group.kind, group.id, person) : new Set();
    const hashed: CheckedFile[] = files.map((file) => ({ ...file }));
    await inLanes(hashed, 4, async (file) => {
      file.sha256 = await sha256(file.file);
      step(++done / total);
    });
    const seen = new Set<string>();
    const kept = hashed.filter(({ path, sha256 }) => {
      const mark = sha256 ?? path;
      const why = enrolled.has(mark)
        ? 'enrolled already'
        : seen.has(mark)
          ? 'the same photograph twice'
          : undefined;
      seen.add(mark);
      if (why) skips.push({ path, why });
      return !why;
    });
    if (kept.length > 0) persons.push({ name, files: kept, ...(person && { personId: person.personId }) });
  }
  return { persons, skips };
}

/** What the faces of a person came from: hashes, or paths where there is no hash. */
export async function marksOf(key: string, kind: Kind, group: string, person: Person): Promise<Set<string>> {
  const marks = new Map<string, string>();
  await inLanes(person.persistedFaceIds, 4, async (id) => {
    const found = await getFace(key, personPath(kind, group, person.personId), id).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    const { file, sha256 } = readMark(found?.userData);
    const mark = sha256 ?? file;
    if (mark) marks.set(id, mark);
  });
  return new Set(marks.values());
}

/** In hexadecimal; undefined where the page came over plain HTTP, to which browsers lend no cryptography. */
async function sha256(file: Blob): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

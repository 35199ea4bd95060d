import { type Found, isHidden, looksLikeImage } from '../images/found.ts';

export interface Skip {
  path: string;
  why: string;
}

export interface Plan {
  persons: { name: string; files: Found[] }[];
  skips: Skip[];
}

/**
 * A folder of folders as persons: each folder below the chosen one is a person, whatever lies in it or deeper is a
 * photograph of hers. Where several folders were dropped, each is a person itself.
 */
export function arrange(found: readonly Found[]): Plan {
  const inOrder = found.toSorted((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }));
  const parts = inOrder.map(({ path, file }) => ({ path, file, segments: path.split('/') }));
  const roots = new Set(parts.map(({ segments }) => segments[0]));
  // One folder with folders in it is the folder of folders; one without is a single person.
  const nested = roots.size === 1 && parts.some(({ segments }) => segments.length > 2);
  const persons = new Map<string, Found[]>();
  const skips: Skip[] = [];
  for (const { path, file, segments } of parts) {
    const folders = segments.slice(nested ? 1 : 0, -1);
    const why = reasonToSkip({ path, file }, folders[0]);
    if (why) skips.push({ path, why });
    else persons.set(folders[0]!, [...(persons.get(folders[0]!) ?? []), { path, file }]);
  }
  return { persons: [...persons].map(([name, files]) => ({ name, files })), skips };
}

function reasonToSkip(found: Found, person: string | undefined): string | undefined {
  if (isHidden(found.path)) return 'a file of the system';
  if (!looksLikeImage(found)) return 'not a photograph';
  if (/\.(heic|heif)$/i.test(found.path)) return 'HEIC, which the service does not read: export it as JPEG';
  if (found.file.size < 1024) return 'smaller than 1 KB';
  if (person === undefined) return 'lies in no person’s folder';
  if (person.length > 128) return 'its folder’s name is longer than 128 characters';
  return undefined;
}

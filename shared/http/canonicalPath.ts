import { uuidPattern } from '../ids.ts';

/** The versions of the API that are served, all alike. */
const versions = new Set(['v1.0', 'v1.0-preview', 'v1.1-preview.1', 'v1.2-preview.1', 'v1.2']);

/** The first segments of the operations, which are also served at the root, as clients generated from the reference call them. */
const roots = new Set([
  'detect',
  'verify',
  'identify',
  'findsimilars',
  'group',
  'facelists',
  'largefacelists',
  'persongroups',
  'largepersongroups',
  'snapshots',
  'operations',
]);

/**
 * The path that routes a request: `/face/v1.0/...` for every version and for the root, literal segments and UUIDs in
 * lower case, slashes single and none at the end. Other ids keep their case, since one with capitals is invalid.
 * Percent-encoded characters stay encoded. url: absolute.
 */
export function canonicalPath(url: string): string {
  const segments = new URL(url).pathname.split('/').filter((segment) => segment !== '');
  if (roots.has(segments[0]?.toLowerCase() ?? '')) segments.unshift('face', 'v1.0');
  return `/${segments.map(canonicalSegment).join('/')}`;
}

/** Below /face/{version}, literals and ids alternate: facelists/{id}/persistedfaces/{id}. */
function canonicalSegment(segment: string, i: number): string {
  const lower = segment.toLowerCase();
  if (i > 1 && i % 2 === 1) return uuidPattern.test(segment) ? lower : segment;
  return i === 1 && versions.has(lower) ? 'v1.0' : lower;
}

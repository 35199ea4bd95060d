/** The versions of the API that are served, all alike. */
const versions = new Set(['v1.0', 'v1.1-preview.1', 'v1.2-preview.1', 'v1.2']);

/**
 * The path that routes a request: `/face/v1.0/...` for every version, literal segments in lower case, no trailing slash.
 * Ids keep their case, since one with capitals is invalid. Percent-encoded characters stay encoded. url: absolute.
 */
export function canonicalPath(url: string): string {
  const segments = new URL(url).pathname.replace(/\/$/, '').split('/');
  return segments.map(canonicalSegment).join('/') || '/';
}

/** Below /face/{version}, literals and ids alternate: facelists/{id}/persistedfaces/{id}. */
function canonicalSegment(segment: string, i: number): string {
  if (i > 2 && i % 2 === 0) return segment;
  const lower = segment.toLowerCase();
  return i === 2 && versions.has(lower) ? 'v1.0' : lower;
}

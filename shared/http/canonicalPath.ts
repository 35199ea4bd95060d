/** The versions of the contract that are served; all are answered alike. */
const versions = new Set(['v1.0', 'v1.1-preview.1', 'v1.2-preview.1', 'v1.2']);

/**
 * The path by which a request is routed: `/face/v1.0/...` for every version served, literal segments in lower case,
 * no slash at the end. Ids keep their case, so that one that is not well formed is noticed.
 * url: absolute. What is percent-encoded stays so.
 */
export function canonicalPath(url: string): string {
  const segments = new URL(url).pathname.replace(/\/$/, '').split('/');
  return segments.map(canonicalSegment).join('/') || '/';
}

/** Below /face/{version} literals and ids take turns: facelists/{id}/persistedfaces/{id}. */
function canonicalSegment(segment: string, i: number): string {
  if (i > 2 && i % 2 === 0) return segment;
  const lower = segment.toLowerCase();
  return i === 2 && versions.has(lower) ? 'v1.0' : lower;
}

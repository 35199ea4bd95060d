/** A route template as the Functions host reads it, ready to match. */
export interface Route {
  /** segments: of the path, percent-decoded once. Returns the parameters, or undefined where it does not match. */
  match(segments: readonly string[]): Record<string, string> | undefined;
}

type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; name: string }
  | { kind: 'catchAll'; name: string };

/**
 * Parses `a/{b}/c` or `a/{*rest}`. Literals match without regard to case, and a trailing slash is ignored.
 * Throws an Error for any other template: constraints, optional parameters, defaults, mixed segments, app settings,
 * and what the Functions host reserves for itself.
 */
export function parseRoute(template: string): Route {
  if (/^\/?(admin|runtime)/i.test(template))
    throw new Error(
      `the route "${template}" begins with "admin" or "runtime", which Azure Functions reserves`,
    );
  const parts = template.split('/').filter((part) => part !== '');
  const segments = parts.map((part, index) => parseSegment(part, index === parts.length - 1));
  const names = segments.flatMap((segment) => ('name' in segment ? [segment.name.toLowerCase()] : []));
  if (new Set(names).size < names.length) throw new Error(`"${template}" names a parameter twice`);
  return { match: (path) => match(segments, path) };
}

/** Splits a URL's path into segments, each percent-decoded once; an encoded slash stays encoded. */
export function splitPath(pathname: string): string[] {
  const path = pathname.startsWith('/') ? pathname.slice(1) : pathname;
  return path === '' ? [] : path.split('/').map(decode);
}

function match(segments: readonly Segment[], path: readonly string[]): Record<string, string> | undefined {
  // A trailing slash adds an empty segment that only a catch-all keeps.
  const length = path.at(-1) === '' ? path.length - 1 : path.length;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'catchAll') {
      const rest = path.slice(index).join('/');
      if (rest !== '') parameters[segment.name] = rest;
      return parameters;
    }
    const value = index < length ? path[index] : '';
    if (!value) return undefined;
    if (segment.kind === 'parameter') parameters[segment.name] = value;
    else if (value.toLowerCase() !== segment.text) return undefined;
  }
  return length <= segments.length ? parameters : undefined;
}

function parseSegment(text: string, last: boolean): Segment {
  if (!/[{}?*%]/.test(text)) return { kind: 'literal', text: text.toLowerCase() };
  const [, star, name] = /^\{(\*?)([A-Za-z_][A-Za-z0-9_-]*)\}$/.exec(text) ?? [];
  if (name === undefined)
    throw new Error(
      `"${text}" is not supported by the local host; a segment is a literal, {name}, or {*name} at the end`,
    );
  if (star && !last) throw new Error(`"${text}" may only be the last segment`);
  return { kind: star ? 'catchAll' : 'parameter', name };
}

/** Decodes valid escapes and leaves invalid ones as they are, as Kestrel does. */
function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  return segment.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    run
      .split(/(%2f)/i)
      .map((part) => {
        if (/^%2f$/i.test(part)) return part;
        try {
          return decodeURIComponent(part);
        } catch {
          return part;
        }
      })
      .join(''),
  );
}

import { type Constraint, parseConstraint } from './constraints.ts';

/** A route template as the Functions host reads it, ready to match. */
export interface Route {
  /** segments: of the path, percent-decoded once. Answers the parameters, or undefined where it does not match. */
  match(segments: readonly string[]): Record<string, string> | undefined;
}

interface Parameter {
  name: string;
  kind: 'one' | 'optional' | 'rest';
  constraints: readonly Constraint[];
}
type Segment = { literal: string } | Parameter;

/**
 * Parses `a/{b}/{c:int}/{d?}` or `a/{*rest}`. Literals match without regard to case, a trailing slash is let through.
 * Throws an Error for what would not match as the real host matches it: mixed segments, defaults, unknown constraints.
 */
export function parseRoute(template: string): Route {
  const parts = splitOutsideBraces(template.replace(/^\/|\/$/g, ''), '/').filter((part) => part !== '');
  const segments = parts.map((part, index) => parseSegment(part, index === parts.length - 1));
  const names = segments.flatMap((segment) => ('name' in segment ? [segment.name.toLowerCase()] : []));
  if (new Set(names).size < names.length) throw new Error('a parameter is named twice');
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
    const value = path[index];
    if ('literal' in segment) {
      if (index >= length || value!.toLowerCase() !== segment.literal) return undefined;
    } else if (segment.kind === 'rest') {
      const rest = path.slice(index).join('/');
      if (rest === '') return parameters;
      if (!segment.constraints.every((holds) => holds(rest))) return undefined;
      parameters[segment.name] = rest;
      return parameters;
    } else if (index >= length) {
      return segment.kind === 'optional' ? parameters : undefined;
    } else {
      if (value === '' || !segment.constraints.every((holds) => holds(value!))) return undefined;
      parameters[segment.name] = value!;
    }
  }
  return length <= segments.length ? parameters : undefined;
}

function parseSegment(text: string, last: boolean): Segment {
  if (!/[{}]/.test(text)) {
    if (/[?*]/.test(text)) throw new Error(`"${text}" holds a character that no route may hold`);
    return { literal: text.toLowerCase() };
  }
  const inside = /^\{(.*)\}$/s.exec(text)?.[1];
  const [head = '', ...constraints] = inside === undefined ? [] : splitConstraints(inside);
  const named = /^(\*{0,2})([A-Za-z_][A-Za-z0-9_-]*)$/.exec(head.replace(/\?$/, ''));
  const atEnd = constraints.at(-1) ?? head;
  const optional = atEnd.endsWith('?') && !atEnd.endsWith('\\?');
  if (!named)
    throw new Error(`"${text}" is not supported; a segment is a literal or one parameter without a default`);
  if (optional && constraints.length > 0) constraints[constraints.length - 1] = atEnd.slice(0, -1);
  const kind = named[1] ? 'rest' : optional ? 'optional' : 'one';
  if (kind !== 'one' && !last) throw new Error(`"${text}" may only be the last segment`);
  if (named[1] && optional) throw new Error(`"${text}" cannot be optional`);
  return { name: named[2]!, kind, constraints: constraints.map(parseConstraint) };
}

/** `name:a:b(c:d)` is name, a, b(c:d). */
function splitConstraints(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')') depth--;
    if (character === ':' && depth <= 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** Inside of a parameter a separator belongs to a constraint; doubled braces are a constraint's own. */
function splitOutsideBraces(text: string, separator: string): string[] {
  const parts = [''];
  let inside = false;
  for (const token of text.match(/\{\{|\}\}|./gs) ?? []) {
    if (token === '{') inside = true;
    if (token === '}') inside = false;
    if (token === separator && !inside) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

/** Decodes what is valid and leaves the rest as it stands, as Kestrel does. */
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

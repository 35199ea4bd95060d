/** Whether a parameter's value may stand there. */
export type Constraint = (value: string) => boolean;

const int = /^\s*[+-]?\d+\s*$/;
const guid = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

const simple: Record<string, Constraint> = {
  required: (value) => value !== '',
  alpha: (value) => /^[a-z]*$/i.test(value),
  bool: (value) => /^\s*(true|false)\s*$/i.test(value),
  int: (value) => int.test(value) && within(value, -(2n ** 31n), 2n ** 31n - 1n),
  long: (value) => int.test(value) && within(value, -(2n ** 63n), 2n ** 63n - 1n),
  guid: (value) => guid.test(value.trim().replace(/^\{(.*)\}$|^\((.*)\)$/, '$1$2')),
};

const withArguments: Record<string, (...bounds: bigint[]) => Constraint> = {
  minlength: (low) => (value) => value.length >= low!,
  maxlength: (high) => (value) => value.length <= high!,
  length:
    (low, high = low) =>
    (value) =>
      value.length >= low! && value.length <= high!,
  min: (low) => (value) => int.test(value) && within(value, low!, 2n ** 63n - 1n),
  max: (high) => (value) => int.test(value) && within(value, -(2n ** 63n), high!),
  range: (low, high) => (value) => int.test(value) && within(value, low!, high!),
};
const argumentCounts: Record<string, readonly number[]> = {
  minlength: [1],
  maxlength: [1],
  length: [1, 2],
  min: [1],
  max: [1],
  range: [2],
};

/** Parses one constraint of a route parameter, e.g. `int`, `length(3,8)`, `regex(^v\d$)`. Throws an Error for others. */
export function parseConstraint(text: string): Constraint {
  const parsed = /^([a-z]+)(?:\((.*)\))?$/is.exec(text);
  const name = parsed?.[1]?.toLowerCase() ?? '';
  const argument = parsed?.[2];
  if (argument === undefined && Object.hasOwn(simple, name)) return simple[name]!;
  if (argument !== undefined && name === 'regex') return regex(argument);
  if (argument !== undefined && Object.hasOwn(withArguments, name)) {
    const bounds = argument.split(',').map((bound) => bound.trim());
    if (argumentCounts[name]!.includes(bounds.length) && bounds.every((bound) => /^-?\d+$/.test(bound)))
      return withArguments[name]!(...bounds.map(BigInt));
  }
  throw new Error(`the route constraint "${text}" is not supported`);
}

/** A .NET pattern, searched anywhere in the value without regard to case; braces are doubled in a template. */
function regex(pattern: string): Constraint {
  try {
    // In Unicode mode JavaScript refuses the constructs that it would otherwise read differently from .NET.
    const expression = new RegExp(pattern.replaceAll('{{', '{').replaceAll('}}', '}'), 'iu');
    return (value) => expression.test(value);
  } catch (error) {
    throw new Error(`the route constraint "regex(${pattern})" is not supported: ${(error as Error).message}`);
  }
}

function within(text: string, low: bigint, high: bigint): boolean {
  const value = BigInt(text.trim().replace(/^\+/, ''));
  return value >= low && value <= high;
}

import { z } from '@hono/zod-openapi';

/**
 * A query of the contract: names in any case, a name that comes twice counts as a list, one without a value as absent.
 * shape: by the contract's names; every value arrives as a string.
 */
export function query<Shape extends z.ZodRawShape>(shape: Shape) {
  const byLowerCase = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  const values: z.ZodType<z.output<z.ZodObject<Shape>>> = z.object(shape);
  return z.preprocess((given: Record<string, string | string[]>) => {
    const joined = new Map<string, string>();
    for (const [name, value] of Object.entries(given)) {
      const known = byLowerCase.get(name.toLowerCase());
      if (known === undefined) continue;
      const parts = [joined.get(known), value].flat().filter(Boolean);
      if (parts.length > 0) joined.set(known, parts.join(','));
    }
    return Object.fromEntries(joined);
  }, values);
}

/** `true` or `false` in any case. */
export const boolean = (name: string, byDefault: boolean, description: string) =>
  z
    .stringbool({ truthy: ['true'], falsy: ['false'], error: `Invalid argument ${name}.` })
    .default(byDefault)
    .openapi({ type: 'boolean', default: byDefault, description });

import { z } from '@hono/zod-openapi';
import { argumentMessages } from '../argumentMessages.ts';

/**
 * The schema of a query. Names are in any case, the values of a name that occurs twice are joined by commas, and a name
 * without a value counts as absent. shape: schemas of string values, by the contract's names.
 */
export function query<Shape extends z.ZodRawShape>(shape: Shape) {
  const byLowerCase = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  const values: z.ZodType<z.output<z.ZodObject<Shape>>> = z.object(shape);
  return z.preprocess((raw: Record<string, string | string[]>) => {
    const joined = new Map<string, string>();
    for (const [name, value] of Object.entries(raw)) {
      const canonical = byLowerCase.get(name.toLowerCase());
      if (canonical === undefined) continue;
      const parts = [joined.get(canonical), value].flat().filter(Boolean);
      if (parts.length > 0) joined.set(canonical, parts.join(','));
    }
    return Object.fromEntries(joined);
  }, values);
}

/** A query parameter that is `true` or `false` in any case. */
export const booleanParameter = (name: string, defaultValue: boolean, description: string) =>
  z
    .stringbool({ truthy: ['true'], falsy: ['false'], error: argumentMessages.invalidArgument(name) })
    .default(defaultValue)
    .openapi({ type: 'boolean', default: defaultValue, description });

/** A query parameter that is a whole number in a range. */
export function integerParameter(
  name: string,
  range: { min: number; max: number; default: number },
  description: string,
) {
  const error = argumentMessages.invalid(name);
  return z.coerce
    .number({ error })
    .int({ error })
    .min(range.min, { error })
    .max(range.max, { error })
    .default(range.default)
    .openapi({ description });
}

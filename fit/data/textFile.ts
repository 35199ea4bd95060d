import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** Throws an Error that names the file and what it should hold where it cannot be read. */
export function readText(file: string, content: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${file} is missing or unreadable: it should hold ${content}, see docs/fitting.md (${reason}).`,
    );
  }
}

/**
 * The rows of a comma-separated file without quotes, whose first line names the columns; columns that the schema does
 * not name are left out. Throws an Error that names the file, and the line and column that do not match the schema.
 */
export function readCsv<Shape extends z.ZodRawShape>(
  file: string,
  content: string,
  schema: z.ZodObject<Shape>,
): z.infer<z.ZodObject<Shape>>[] {
  const [head = '', ...lines] = readText(file, content).trimEnd().split(/\r?\n/);
  const columns = head.split(',');
  const absent = Object.keys(schema.shape).filter((name) => !columns.includes(name));
  if (absent.length > 0) throw new Error(`${file} lacks the columns ${absent.join(', ')}.`);
  return lines.map((line, i) => {
    const cells = line.split(',');
    const place = `${file}, line ${i + 2}`;
    if (cells.length !== columns.length)
      throw new Error(`${place}: ${cells.length} columns instead of ${columns.length}.`);
    const row = schema.safeParse(Object.fromEntries(cells.map((cell, k) => [columns[k]!, cell])));
    if (!row.success)
      throw new Error(
        `${place}: ${row.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
      );
    return row.data;
  });
}

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** models/, from dist/, where this is bundled to. */
const models = new URL('../models/', import.meta.url);

/** Writes a file of models/; `depth` as of jsonByLine. */
export async function writeFitted(name: string, value: object, depth = 1): Promise<void> {
  const file = fileURLToPath(new URL(name, models));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.draft`, jsonByLine(value, depth));
  await rename(`${file}.draft`, file);
  console.error(`Wrote ${file}`);
}

/** JSON with a line for each entry of the first `depth` levels, so that a diff shows the entries that changed. */
export function jsonByLine(value: unknown, depth: number): string {
  return `${lines(value, depth, '')}\n`;
}

function lines(value: unknown, depth: number, indent: string): string {
  if (depth === 0 || typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isArray = Array.isArray(value);
  const entries = Object.entries(value).map(
    ([key, entry]) => `${inner}${isArray ? '' : `${JSON.stringify(key)}: `}${lines(entry, depth - 1, inner)}`,
  );
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  return entries.length === 0 ? open + close : `${open}\n${entries.join(',\n')}\n${indent}${close}`;
}

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { photographs } from './data/lfw.ts';

/** A folder that caches what was computed from the photographs of one data folder. */
export class Keep {
  private constructor(readonly folder: string) {}

  /** Throws an Error where the folder belongs to other photographs. */
  static async open(folder: string, data: string): Promise<Keep> {
    await mkdir(folder, { recursive: true });
    const owner = createHash('sha256').update(photographs(data).join('\n')).digest('hex');
    const file = join(folder, 'photographs.sha256');
    if (!existsSync(file)) await writeWhole(file, owner);
    else if ((await readFile(file, 'utf8')) !== owner)
      throw new Error(`${folder} caches results of other photographs than those of ${data}.`);
    return new Keep(folder);
  }

  /** The result of `compute`, as JSON: computed the first time and read from the folder afterwards. */
  async get<T>(name: string, compute: () => Promise<T>): Promise<T> {
    const file = join(this.folder, `${name}.json`);
    if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as T;
    const result = await compute();
    await writeWhole(file, JSON.stringify(result));
    return result;
  }
}

/** Calls `act` with the folder given, or with a temporary one where none is. */
export async function withKeep(
  folder: string | undefined,
  data: string,
  act: (keep: Keep) => Promise<void>,
): Promise<void> {
  if (folder !== undefined) return act(await Keep.open(folder, data));
  const temporary = mkdtempSync(join(tmpdir(), 'visage-fit-'));
  try {
    await act(await Keep.open(temporary, data));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeWhole(file: string, content: string): Promise<void> {
  await writeFile(`${file}.draft`, content);
  await rename(`${file}.draft`, file);
}

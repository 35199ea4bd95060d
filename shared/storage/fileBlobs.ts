import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Blobs } from './blobs.ts';

/**
 * Blobs as files of one machine. Each is written whole: to a draft, synced, renamed into place, and the folder synced,
 * so that a put that was acknowledged survives a power loss and one that was not leaves no part behind.
 */
export function openFileBlobs(folder: string): Blobs {
  const root = join(folder, 'files');
  const drafts = join(folder, 'drafts');
  // Drafts of an earlier process belong to puts that nobody was told of.
  const ready = rm(drafts, { recursive: true, force: true }).then(() =>
    Promise.all([makeFolder(root), makeFolder(drafts)]),
  );
  const fileOf = (name: string) => join(root, ...name.split('/').map(encodeSegment));

  return {
    async put(name, content) {
      await ready;
      const draft = join(drafts, randomUUID());
      try {
        await writeSynced(draft, content);
        await moveInto(draft, fileOf(name), root);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    get: (name) => unlessMissing(() => readFile(fileOf(name))),
    async stream(name) {
      const handle = await unlessMissing(() => open(fileOf(name)));
      return handle?.createReadStream();
    },
    async *list(prefix) {
      // Only folders that the prefix names whole are entered without a look at their siblings.
      const within = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      for await (const name of namesUnder(root, within)) if (name.startsWith(prefix)) yield name;
    },
    async delete(name) {
      const file = fileOf(name);
      await rm(file, { force: true });
      await removeEmptyFolders(dirname(file), root);
    },
  };
}

const folderMode = 0o700;
const fileMode = 0o600;
const makeFolder = (folder: string) => mkdir(folder, { recursive: true, mode: folderMode });

async function writeSynced(file: string, content: Uint8Array | Readable): Promise<void> {
  const source = content instanceof Readable ? content : [content];
  await pipeline(source, createWriteStream(file, { mode: fileMode, flush: true }));
}

/** Renames a draft to its place. Another delete may take the folder away between its making and the renaming. */
async function moveInto(draft: string, file: string, root: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const first = await makeFolder(dirname(file));
    try {
      await rename(draft, file);
    } catch (error) {
      if (tries < 5 && isMissing(error)) continue;
      throw error;
    }
    // A new folder is known to its parent only once that is synced as well.
    const top = first === undefined ? dirname(file) : dirname(first);
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      await syncFolder(folder);
      if (folder === top || folder === root) return;
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder to sync it; NTFS journals the renaming.
  if (process.platform === 'win32') return;
  const handle = await unlessMissing(() => open(folder));
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let at = folder; at !== root; at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return;
    }
  }
}

/** Names under a folder in name order: by code units of the whole name, as if '/' were an ordinary character. */
async function* namesUnder(root: string, prefix: string): AsyncGenerator<string> {
  const folder = join(root, ...prefix.split('/').slice(0, -1).map(encodeSegment));
  const entries = (await unlessMissing(() => readdir(folder, { withFileTypes: true }))) ?? [];
  const names = entries.map((entry) => decodeURIComponent(entry.name) + (entry.isDirectory() ? '/' : ''));
  for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
    if (name.endsWith('/')) yield* namesUnder(root, prefix + name);
    else yield prefix + name;
  }
}

/** '.' and '..' are no names of files, nor is a trailing dot one on Windows. */
const encodeSegment = (segment: string) =>
  encodeURIComponent(segment)
    .replaceAll('*', '%2A')
    .replace(/^\.+$|\.$/g, (dots) => dots.replaceAll('.', '%2E'));

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function unlessMissing<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A file and where it lay, from the folder that was chosen on: `friends/ann/1.jpg`. */
export interface Found {
  path: string;
  file: File;
}

/** What an `<input type="file">` holds, of a folder or of files. */
export function filesOf(input: HTMLInputElement): Found[] {
  return [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** What was dropped or pasted, folders walked through. */
export async function filesDropped(data: DataTransfer): Promise<Found[]> {
  // Entries must be taken before the first wait: the browser empties the transfer then.
  const entries = [...data.items].flatMap((item) => (item.kind === 'file' ? [item.webkitGetAsEntry()] : []));
  if (entries.every((entry) => entry === null))
    return [...data.files].map((file) => ({ path: file.name, file }));
  const found: Found[] = [];
  for (const entry of entries) if (entry) await walk(entry, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: Found[]): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ''), file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (;;) {
      const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (entries.length === 0) return;
      for (const inner of entries.toSorted((a, b) => a.name.localeCompare(b.name))) await walk(inner, found);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** What a folder holds beside photographs and nobody put there. */
export const isHidden = (path: string) =>
  path.split('/').some((part) => part.startsWith('.')) || /(^|\/)(thumbs\.db|desktop\.ini)$/i.test(path);

export const looksLikeImage = ({ file, path }: Found) =>
  file.type.startsWith('image/') || /\.(jpe?g|png|gif|bmp|webp|hei[cf]|avif)$/i.test(path);

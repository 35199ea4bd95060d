// Which source files are too long, and which share a name.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './install.mjs';

const folders = ['functions', 'shared', 'local', 'models', 'fit', 'bench', 'console', 'cli', 'scripts'];
const maxLines = 220;

/** Files that may be longer, each with the reason. */
const longFiles = {};

/** Names that several files may have, each with the reason. */
const sharedNames = {
  'main.ts': 'the entry point of its folder',
};

/** The folders of TypeScript sources that there are. */
export const sourceFolders = () =>
  folders.filter((folder) => folder !== 'scripts' && existsSync(join(root, folder)));

/** Prints every file that is too long or shares its name, and returns whether there is none. */
export function checkFiles() {
  const files = folders.flatMap(sourcesIn);
  const complaints = [...tooLong(files), ...sameNames(files)];
  for (const complaint of complaints) console.error(complaint);
  console.log(`${files.length} files: ${complaints.length} over ${maxLines} lines or of a name used twice`);
  return complaints.length === 0;
}

function tooLong(files) {
  return files.flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
    return lines > maxLines && !longFiles[file] ? [`${file} has ${lines} lines`] : [];
  });
}

function sameNames(files) {
  const byName = new Map();
  for (const file of files) byName.set(basename(file), [...(byName.get(basename(file)) ?? []), file]);
  return [...byName]
    .filter(([name, paths]) => paths.length > 1 && !sharedNames[name])
    .map(([, paths]) => `These files share a name: ${paths.join(', ')}`);
}

/** Paths below the root, with slashes. */
function sourcesIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .sort();
}

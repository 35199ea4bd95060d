import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settings } from '../../shared/config.ts';
import { anchorsOf, pages, proseOf, readPage, root } from './pages.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const workflows = readdirSync(join(root, '.github/workflows')).map((name) =>
  readPage(join('.github/workflows', name)),
);
/** What the local host and the examples read; the service does not. */
const otherSettings = ['VISAGE_STRICT_HOST', 'FACE_ENDPOINT', 'FACE_KEY'];

/** Folders whose files a page may name. What is installed or built is not there at all times. */
const rooms = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['node_modules', 'dist', '.data', '.git'].includes(entry.name))
  .map(({ name }) => name);

describe.each(pages.map((page) => [page.path, page] as const))('%s', (path, page) => {
  it('links to files and headings that exist', () => {
    const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    const broken = links
      .filter((target) => !/^(https?|mailto):/.test(target))
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const linked = file === '' ? path : join(dirname(path), file);
        if (!existsSync(join(root, linked))) return true;
        return anchor !== undefined && !anchorsOf(readPage(linked)).has(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('names files of the repository that exist', () => {
    const missing = [...proseOf(page).matchAll(/`([\w.-]+\/[\w./-]*)`/g)]
      .map(([, name]) => name!)
      .filter((name) => rooms.includes(name.split('/')[0]!))
      .filter((name) => !existsSync(join(root, name)));
    expect(missing).toEqual([]);
  });

  it('names settings that exist', () => {
    const named = [...page.text.matchAll(/`((?:FACE|VISAGE|COSMOS)_[A-Z_]+)\b/g)].map(([, name]) => name!);
    const known = [...Object.keys(settings.shape), ...otherSettings];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

it.each([...pages, ...workflows].map((page) => [page.path, page.text]))(
  '%s names npm scripts, benches and fits that exist',
  (_, text) => {
    const named = [...text.matchAll(/npm run ([\w:-]+)(?: -- ([a-z][\w-]*))?/g)];
    expect(named.map(([, script]) => script!).filter((script) => !(script in scripts))).toEqual([]);
    for (const [, script, program] of named)
      if ((script === 'bench' || script === 'fit') && program)
        expect(readFileSync(join(root, script, 'main.ts'), 'utf8')).toMatch(
          new RegExp(`^ {2}${program}\\b`, 'm'),
        );
  },
);

it('README is a page that is read to its end', () => {
  expect(readPage('README.md').text.split('\n').length).toBeLessThanOrEqual(131);
});

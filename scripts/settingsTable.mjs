// npm run docs:settings: writes the table of settings in docs/configuration.md from the schema in shared/config.ts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { bundle } from './build.mjs';
import { root } from './install.mjs';

export const page = join(root, 'docs', 'configuration.md');
const begin = '<!-- settings: written by npm run docs:settings -->\n';
const end = '<!-- end of settings -->\n';

/** The page with its table written anew from a zod object: one row a setting, by `description` and default. */
export function withSettingsTable(text, settings) {
  const { properties } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  const rows = Object.entries(properties).map(([name, { description, shownDefault, default: value }]) => {
    const shown = shownDefault ?? (value === undefined ? '' : `\`${value}\``);
    return `| \`${name}\` | ${shown} | ${description} |\n`;
  });
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from) throw new Error('The page has lost the marks around its table.');
  return `${text.slice(0, from)}\n| setting | default | what it does |\n| --- | --- | --- |\n${rows.join('')}\n${text.slice(to)}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = mkdtempSync(join(tmpdir(), 'visage-docs-'));
  try {
    await bundle({ config: 'shared/config.ts' }, folder);
    const { settings } = await import(pathToFileURL(join(folder, 'config.mjs')).href);
    writeFileSync(page, withSettingsTable(readFileSync(page, 'utf8'), settings));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

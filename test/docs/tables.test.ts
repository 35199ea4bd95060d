import { expect, it } from 'vitest';
// @ts-expect-error the script is plain JavaScript
import { withSettingsTable } from '../../scripts/settingsTable.mjs';
import { settings } from '../../shared/config.ts';
import {
  type CollectionQuotas,
  collectionQuotas,
  defaultRateLimits,
  snapshotQuotas,
  type Tier,
  tiers,
} from '../../shared/tiers.ts';
import { openApp } from '../http/harness.ts';
import { readPage } from './pages.ts';

it('the table of settings is what npm run docs:settings writes', () => {
  const { text } = readPage('docs/configuration.md');
  expect(withSettingsTable(text, settings)).toBe(text);
});

it('every setting is described', () => {
  for (const [name, setting] of Object.entries(settings.shape))
    expect(setting.description, name).toMatch(/^[A-Z`].*\.$/s);
});

it('the operations are those that the application serves', async () => {
  const app = await openApp();
  const { text } = await app.send('GET', '/openapi.json');
  await app.close();
  const { paths } = JSON.parse(text) as { paths: Record<string, object> };
  const served = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/face/v1.0', '')}`),
  );
  const listed = [...readPage('docs/operations.md').text.matchAll(/^\| `([A-Z]+ \/\S+)` \|/gm)].map(
    ([, operation]) => operation!,
  );
  expect(listed.toSorted()).toEqual(served.toSorted());
});

it('the limits are those of the tiers', () => {
  const row = (name: string, cell: (tier: Tier) => string | number) =>
    `| ${[name, ...tiers.map(cell)].map((value) => value.toLocaleString('en')).join(' | ')} |`;
  const quotas = (name: string, member: string, { collections, members }: CollectionQuotas) => [
    row(`${name}s`, (tier) => collections[tier]),
    row(`${member} in a ${name}`, (tier) => members[tier]),
  ];
  const units: Record<number, string> = { 1: 'second', 60: 'minute' };
  const snapshots = (tier: Tier) => `${snapshotQuotas[tier].count} a ${snapshotQuotas[tier].period}`;
  const { text } = readPage('docs/limits.md');
  for (const expected of [
    row('', (tier) => tier).replace('|  |', '| |'),
    row('calls', (tier) => `${defaultRateLimits[tier].calls} a ${units[defaultRateLimits[tier].seconds]}`),
    ...quotas('face list', 'faces', collectionQuotas.facelist),
    ...quotas('large face list', 'faces', collectionQuotas.largefacelist),
    ...quotas('person group', 'persons', collectionQuotas.persongroup),
    ...quotas('large person group', 'persons', collectionQuotas.largepersongroup),
    row('snapshots taken', snapshots),
    row('snapshots applied', snapshots),
  ])
    expect(text).toContain(expected);
});

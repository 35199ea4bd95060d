import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf } from '../contract/photographs.ts';
import { type Server, startServer } from '../server.ts';
import { desktop, goTo, launch, noBrowser, openTab, type Tab } from './browser.ts';
import { makeFolder } from './folder.ts';

/** `VISAGE_SCREENSHOTS=1` keeps a picture of every view in docs/images. */
const pictures = process.env.VISAGE_SCREENSHOTS
  ? fileURLToPath(new URL('../../docs/images', import.meta.url))
  : undefined;

describe.skipIf(noBrowser)('how the console looks', { timeout: 120_000 }, () => {
  let server: Server;
  let browser: Browser;
  let folder: string;
  let tab: Tab;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'visage-console-'));
    [server, browser] = await Promise.all([startServer(), launch()]);
    if (pictures) await mkdir(pictures, { recursive: true });
    await furnish();
    tab = await openTab(browser, server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Something to be seen in every view. */
  async function furnish(): Promise<void> {
    const root = await makeFolder(server, folder);
    const { page, close } = await openTab(browser, server);
    await goTo(page, 'people');
    await page.getByLabel('Choose a folder').setInputFiles(root);
    await page.getByRole('button', { name: /^Enrol \d/ }).click();
    await page.getByRole('heading', { name: 'Enrolled', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Done, dismiss' }).click();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText(/^Trained /).waitFor();
    await close();
    const call = (method: string, path: string, body: object) =>
      fetch(`${server.url}/face/v1.0/${path}`, {
        method,
        headers: { 'Ocp-Apim-Subscription-Key': server.keys[0], 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    const model = { recognitionModel: 'recognition_04' };
    await call('PUT', 'largepersongroups/staff', { name: 'Staff', ...model });
    await call('PUT', 'facelists/guests', { name: 'Guests of the gala', ...model });
    await call('PUT', 'largefacelists/archive', { name: 'Archive 1990 to 2020', ...model });
    const applyScope = ['0b0b0b0b-0000-4000-8000-00000000000b'];
    await call('POST', 'snapshots', {
      type: 'PersonGroup',
      objectId: 'friends',
      applyScope,
      userData: 'friends',
    });
  }

  const friends = ['people', 'persongroups', 'friends'] as const;
  const views: Record<string, (page: Page) => Promise<void>> = {
    detect: async (page) => {
      await goTo(page, 'detect');
      await page.getByText('4 faces').waitFor();
      await page.getByRole('button', { name: 'Face 2' }).click();
    },
    compare: async (page) => {
      await goTo(page, 'detect');
      await page.getByRole('button', { name: 'Compare two of these' }).click();
      await page.getByText('Threshold 0.50').waitFor();
    },
    group: async (page) => {
      await goTo(page, 'compare');
      await page.getByRole('button', { name: 'Group', exact: true }).click();
      await page.getByLabel('Add photographs').setInputFiles([1, 3, 6].map((n) => fileOf(n as 1)));
      await page
        .getByRole('heading', { name: /^Person 1|On their own/ })
        .first()
        .waitFor();
    },
    people: async (page) => {
      await goTo(page, 'people');
      await page.getByRole('link', { name: 'friends' }).waitFor();
    },
    plan: async (page) => {
      await goTo(page, 'people');
      await page.getByLabel('Choose a folder').setInputFiles(join(folder, 'friends'));
      await page.getByRole('heading', { name: 'Plan' }).waitFor();
    },
    persons: async (page) => {
      await goTo(page, ...friends);
      await page.getByRole('link', { name: /Eva Fox/ }).waitFor();
    },
    identify: async (page) => {
      await goTo(page, ...friends, 'identify');
      await page.getByLabel('Choose photographs').setInputFiles(fileOf(6));
      await page.getByText('unknown').first().waitFor();
    },
    lists: async (page) => {
      await goTo(page, 'lists');
      await page.getByRole('link', { name: 'Guests of the gala' }).waitFor();
    },
    snapshots: async (page) => {
      await goTo(page, 'snapshots');
      await page.getByText('47 hours left').waitFor();
    },
    status: async (page) => {
      await goTo(page, 'status');
      await page.getByText('Everything that can be seen is up.').waitFor();
    },
  };

  for (const [name, show] of Object.entries(views))
    it(`${name} is accessible in both themes and fits a phone`, async () => {
      const { page } = tab;
      await show(page);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        if (pictures) await keepPicture(page, `${name}-${colorScheme}`);
        expect(await findings(page), colorScheme).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize({ width: 390, height: 844 });
      if (pictures) await keepPicture(page, `${name}-phone`);
      const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(wider, 'pixels wider than the window').toBeLessThanOrEqual(0);
      await page.setViewportSize(desktop);
      expect(tab.troubles).toEqual([]);
    });

  it('the first view without a key is accessible too', async () => {
    const welcome = await openTab(browser, server, { path: '/' });
    await welcome.page.getByRole('heading', { name: 'Welcome to Visage' }).waitFor();
    if (pictures) await keepPicture(welcome.page, 'welcome-light');
    expect(await findings(welcome.page)).toEqual([]);
    expect(welcome.troubles).toEqual([]);
    await welcome.close();
  });
});

/** What axe-core finds that is serious or critical, in a line each. */
async function findings(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's policy does not bind.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const png = await page.screenshot();
  await sharp(png)
    .png({ palette: true, quality: 80, effort: 10 })
    .toFile(join(pictures!, `${name}.png`));
}

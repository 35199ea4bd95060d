import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileOf, servePhotographs } from '../contract/photographs.ts';
import { type Server, startServer } from '../server.ts';
import { goTo, launch, noBrowser, openTab, type Tab } from './browser.ts';
import { makeFolder, names } from './folder.ts';
import { oriented, oversized } from './photographs.ts';

describe.skipIf(noBrowser)('photographs in the console', { timeout: 120_000 }, () => {
  let server: Server;
  let browser: Browser;
  let folder: string;
  let upright: Buffer;
  let tab: Tab;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'visage-photographs-'));
    const env = { FACE_ALLOW_PRIVATE_URLS: 'true' };
    [server, browser] = await Promise.all([startServer({ env }), launch()]);
    upright = await readFile(join(await makeFolder(server, folder), names[1], '1.jpg'));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    tab = await openTab(browser, server);
    page = tab.page;
    // The sample is left alone: its detection takes time and is looked at elsewhere.
    await page.route('**/console/sample-*.jpg', (route) => route.abort());
    await goTo(page, 'detect');
  });
  afterEach(async () => {
    expect(tab.troubles).toEqual([]);
    await tab.close();
  });

  const choose = async (name: string, content: Buffer) => {
    const file = join(folder, name);
    await writeFile(file, content);
    await page.getByLabel('Files', { exact: true }).setInputFiles(file);
  };
  const box = () =>
    page
      .locator('.overlay rect')
      .first()
      .evaluate((rect) => ['x', 'y', 'width', 'height'].map((name) => Number(rect.getAttribute(name))));
  /** The photograph as the browser draws it, 16 x 16 pixels of RGBA, and its size. */
  const drawn = () =>
    page.evaluate(`(() => {
      const image = document.querySelector('.stage-canvas img');
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 16;
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, 16, 16);
      return { pixels: [...context.getImageData(0, 0, 16, 16).data], size: [image.naturalWidth, image.naturalHeight] };
    })()`) as Promise<{ pixels: number[]; size: number[] }>;

  it('of all eight orientations are drawn upright, with the box where the face is', async () => {
    const { width, height } = await sharp(upright).metadata();
    await choose('upright.jpg', upright);
    await page.getByText('1 face', { exact: true }).waitFor();
    const [expected, image] = [await box(), await drawn()];
    for (let orientation = 1; orientation <= 8; orientation++) {
      await choose(`${orientation}.jpg`, await oriented(upright, orientation));
      await page.locator('figcaption', { hasText: `${orientation}.jpg` }).waitFor();
      await page.getByText('1 face', { exact: true }).waitFor();
      const { pixels, size } = await drawn();
      expect(size, `orientation ${orientation}`).toEqual([width, height]);
      const apart =
        pixels.reduce((sum, value, i) => sum + Math.abs(value - image.pixels[i]!), 0) / pixels.length;
      expect(apart, `orientation ${orientation}`).toBeLessThan(4);
      const found = await box();
      for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(12);
    }
  });

  it('over 6 MB are made smaller until the service takes them, which is said, and boxes are those of the original', async () => {
    const small = await sharp(await readFile(fileOf(6)))
      .resize({ width: 1000 })
      .toBuffer();
    await choose('small.jpg', small);
    await page.locator('figcaption', { hasText: 'small.jpg' }).waitFor();
    await page.getByText('4 faces').waitFor();
    const expected = await box();
    const large = await oversized(small, 3200);
    expect(large.length).toBeGreaterThan(6 * 2 ** 20);
    await choose('large.jpg', large);
    await page.getByText(/^Made smaller before sending: 3200 × \d+ \(.* MB\) became 3000 × /).waitFor();
    await page.getByText(/^[34] faces$/).waitFor();
    const found = await box();
    for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! / 3.2 - value)).toBeLessThan(20);
  });

  it('of formats that only the browser reads are sent as JPEG', async () => {
    await choose('photo.webp', await sharp(upright).webp().toBuffer());
    await page.getByText('Sent as JPEG: the service does not read image/webp.').waitFor();
    await page.getByText('1 face', { exact: true }).waitFor();
  });

  it('in HEIC are refused by name before anything is sent', async () => {
    let sent = 0;
    await page.route('**/detect?*', (route) => {
      sent++;
      return route.continue();
    });
    await choose('IMG_2077.HEIC', upright);
    await page.getByText('IMG_2077.HEIC is a HEIC photograph').waitFor();
    // Whatever its name: it says so of itself.
    await choose(
      'renamed.jpg',
      Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), upright]),
    );
    await page.getByText('renamed.jpg is a HEIC photograph').waitFor();
    expect(sent).toBe(0);
  });

  it('of a folder come in a strip, each with its faces, and those that fail can be tried again', async () => {
    const many = join(folder, 'friends');
    await page.getByLabel('Folder', { exact: true }).setInputFiles(many);
    await page.getByText('9 of 9 photographs done, 8 faces, 1 failed').waitFor();
    expect(await page.locator('.thumb').count()).toBe(9);
    await page.getByRole('button', { name: /IMG_1.heic: failed/ }).click();
    await page.getByText('IMG_1.heic is a HEIC photograph').waitFor();
    await page.getByRole('button', { name: 'Try the failed ones again' }).click();
    await page.getByText('9 of 9 photographs done, 8 faces, 1 failed').waitFor();
  });

  it('by URL show their boxes without the picture, which no page of this policy may load', async () => {
    const photographs = await servePhotographs();
    await page.getByLabel('Image URL').fill(photographs.urlOf(6));
    await page.locator('.url').getByRole('button', { name: 'Detect' }).click();
    await page.getByText('4 faces').waitFor();
    await page.getByText('it shows the boxes without the picture').waitFor();
    expect(await page.locator('.overlay rect').count()).toBe(4);
    expect(await page.locator('.stage img').count()).toBe(0);
    await page.getByLabel('Image URL').fill(`${photographs.base}/none.jpg`);
    await page.locator('.url').getByRole('button', { name: 'Detect' }).click();
    await page.getByRole('alert').getByText('InvalidURL').waitFor();
    await photographs.close();
  });

  it('can be dropped and pasted', async () => {
    const hand = async (how: 'drop' | 'paste') => {
      await page.evaluate(`{
        const bytes = Uint8Array.from(atob('${upright.toString('base64')}'), (c) => c.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], '${how}.jpg', { type: 'image/jpeg' }));
        if ('${how}' === 'paste') dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer }));
        else document.querySelector('.detect').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
      }`);
      await page.locator('figcaption', { hasText: `${how}.jpg` }).waitFor();
      await page.getByText('1 face', { exact: true }).waitFor();
    };
    await hand('drop');
    await hand('paste');
  });
});

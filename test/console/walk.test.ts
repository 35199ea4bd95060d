import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fileOf } from '../contract/photographs.ts';
import { type Server, startServer } from '../server.ts';
import { firstRun, goTo, launch, noBrowser, openTab, type Tab } from './browser.ts';
import { makeFolder, names } from './folder.ts';

const run = promisify(execFile);

describe.skipIf(noBrowser)('a walk through the console', { timeout: 120_000 }, () => {
  let server: Server;
  let browser: Browser;
  let folder: string;
  let root: string;
  let tab: Tab;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'visage-walk-'));
    [server, browser] = await Promise.all([startServer(), launch()]);
    root = await makeFolder(server, folder);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const open = async (options?: Parameters<typeof openTab>[2]) => {
    tab = await openTab(browser, server, options);
    page = tab.page;
  };
  afterEach(async () => {
    expect(tab.troubles).toEqual([]);
    await tab.close();
  });

  const get = async (path: string, key = server.keys[0]) => {
    const headers = { 'Ocp-Apim-Subscription-Key': key };
    return (await fetch(`${server.url}/face/v1.0/${path}`, { headers })).json() as Promise<unknown>;
  };
  const facesByPerson = async (group: string, key?: string) => {
    const persons = await get(`persongroups/${group}/persons`, key);
    return (persons as { name: string; persistedFaceIds: string[] }[])
      .map(({ name, persistedFaceIds }) => [name, persistedFaceIds.length])
      .sort();
  };
  const twoEach = names.map((name) => [name, 2]);
  const plan = async (group: string, from = root) => {
    await goTo(page, 'people');
    await page.getByLabel('Choose a folder').setInputFiles(from);
    await page.getByLabel('Name of the new group').fill(group);
  };
  const begin = () => page.getByRole('button', { name: /^Enrol \d/ }).click();
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

  it('takes the key out of the address and shows a sample that is detected', async () => {
    await open({ path: firstRun(server) });
    expect(await page.evaluate('location.href')).toBe(`${server.url}/#/detect`);
    expect(await page.evaluate('history.length')).toBeLessThanOrEqual(2);
    await page.getByText('4 faces').waitFor();
    const sample = await fetch(`${server.url}/console/sample-friends.jpg`);
    const answer = await fetch(`${server.url}/face/v1.0/detect?returnFaceId=false`, {
      method: 'POST',
      headers: { 'Ocp-Apim-Subscription-Key': server.keys[0], 'Content-Type': 'application/octet-stream' },
      body: await sample.arrayBuffer(),
    });
    type Box = { left: number; top: number; width: number; height: number };
    const faces = (await answer.json()) as { faceRectangle: Box }[];
    expect(faces).toHaveLength(4);
    const drawn = await page
      .locator('.overlay rect')
      .evaluateAll((all) =>
        all.map((each) =>
          ['left', 'top', 'width', 'height'].map((_, i) =>
            Number(each.getAttribute(['x', 'y', 'width', 'height'][i]!)),
          ),
        ),
      );
    expect(drawn).toEqual(faces.map(({ faceRectangle: r }) => [r.left, r.top, r.width, r.height]));
    expect(await page.locator('.overlay circle').count()).toBe(4 * 27);
    expect(await page.locator('.overlay .pose line').count()).toBe(4 * 3);
  });

  it('links boxes and faces, hides the overlay by a key, zooms, and shows the masked key only', async () => {
    await open({ path: firstRun(server) });
    await page.getByText('4 faces').waitFor();
    await page.getByRole('button', { name: 'Face 3' }).press('Enter');
    await page.locator('.face').nth(2).getByText('Emotion').waitFor();
    await page.locator('.face-head').nth(0).click();
    expect(await page.getByRole('button', { name: 'Face 1' }).getAttribute('aria-pressed')).toBe('true');
    await page.locator('.face-head').nth(0).press('h');
    expect(await page.locator('.overlay').count()).toBe(0);
    await page.keyboard.press('h');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    expect(await page.getByLabel('Zoom', { exact: true }).textContent()).toBe('1.5×');
    await page.getByRole('button', { name: /^Keys/ }).click();
    const text = await page.locator('dialog').textContent();
    expect(text).toContain('••••tion');
    expect(text).not.toContain(server.keys[0]);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(server.keys[0]);
    await page.getByRole('button', { name: 'Remember', exact: true }).click();
    expect(await page.evaluate('JSON.stringify(localStorage)')).toContain(server.keys[0]);
  });

  it('gives the same call as programs that run', async () => {
    await open({ path: firstRun(server) });
    const person = join(root, names[0], '1.jpg');
    await page.getByText('4 faces').waitFor();
    await page.getByLabel('Files', { exact: true }).setInputFiles(person);
    await page.getByText('1 face', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'JSON' }).click();
    const shown = JSON.parse((await page.locator('pre').textContent())!);
    await page.getByRole('button', { name: 'Code' }).click();
    const env = { ...process.env, FACE_KEY: server.keys[0] };
    const cwd = join(root, names[0]);
    const curl = (await page.locator('pre').textContent())!;
    expect(curl).not.toContain(server.keys[0]);
    const byCurl = JSON.parse((await run('bash', ['-c', curl], { env, cwd })).stdout);
    expect(byCurl[0].faceRectangle).toEqual(shown[0].faceRectangle);
    expect(byCurl[0].faceAttributes).toEqual(shown[0].faceAttributes);
    await page.getByRole('button', { name: 'JavaScript' }).click();
    await writeFile(join(folder, 'snippet.mjs'), (await page.locator('pre').textContent())!);
    const { stdout } = await run(process.execPath, [join(folder, 'snippet.mjs')], { env, cwd });
    expect(stdout).toContain(`left: ${shown[0].faceRectangle.left}`);
    await page.getByRole('button', { name: 'Python' }).click();
    await writeFile(join(folder, 'snippet.py'), (await page.locator('pre').textContent())!);
    await run('python3', ['-m', 'py_compile', join(folder, 'snippet.py')]);
  });

  it('compares two of the faces that were detected', async () => {
    await open({ path: firstRun(server) });
    await page.getByRole('button', { name: 'Compare two of these' }).click();
    await page.getByText(/^Different people/).waitFor();
    await page.getByText('1 in 1,100').waitFor();
    await page.getByLabel('Threshold of confidence').fill('0');
    await page.getByText(/^The same person/).waitFor();
    await page.getByLabel('Threshold of confidence').fill('0.5');
    // The same face on both sides is one person.
    await page.locator('.slot').nth(1).getByRole('button', { name: '1', exact: true }).click();
    await page.getByText(/^The same person/).waitFor();
  });

  it('finds similar faces and groups many', async () => {
    await open();
    await goTo(page, 'compare');
    await page.getByRole('button', { name: 'Find similar' }).click();
    await page.getByLabel('Choose', { exact: true }).setInputFiles(join(root, names[0], '1.jpg'));
    await page
      .getByLabel('Add photographs')
      .setInputFiles([join(root, names[0], '2.jpg'), join(root, names[1], '1.jpg')]);
    const matches = page.getByRole('list', { name: 'Similar faces' }).getByRole('listitem');
    await matches.first().waitFor();
    expect(await matches.count()).toBe(1);
    expect(await matches.first().textContent()).toMatch(/^2\.jpg/);
    await page.getByRole('button', { name: 'Rank all' }).click();
    await matches.nth(1).waitFor();

    await page.getByRole('button', { name: 'Group', exact: true }).click();
    const all = names.flatMap((name) => [join(root, name, '1.jpg'), join(root, name, '2.jpg')]);
    await page.getByLabel('Add photographs').setInputFiles(all);
    await heading('Person 3 2 faces');
    expect(await page.locator('.cluster').count()).toBe(3);
  });

  it('enrols three people from a folder, reloaded midway, trains and identifies them', async () => {
    await open();
    await plan('Friends');
    await page.getByText('3 persons, 6 photographs').waitFor();
    const left = await page.getByLabel('Files left out').textContent();
    for (const why of ['the same photograph twice', 'not a photograph', 'HEIC', 'lies in no person’s folder'])
      expect(left).toContain(why);
    let added = 0;
    await page.route('**/persistedfaces?*', async (route) => {
      // The third stays on its way until the page is gone.
      if (++added >= 3) return;
      await route.continue();
    });
    await begin();
    await page.getByText(/^2 of 6 photographs/).waitFor();
    await page.unroute('**/persistedfaces?*');
    await page.reload();
    await heading('Enrolled');
    expect(await facesByPerson('friends')).toEqual(twoEach);
    await page.getByText('Changes are not trained').waitFor();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText(/^Trained /).waitFor();
    await page.getByRole('link', { name: 'Identify' }).click();
    await page.getByLabel('Choose photographs').setInputFiles(fileOf(6));
    for (const name of names) await page.getByRole('img', { name, exact: true }).waitFor();
    expect(await page.getByRole('img', { name: 'unknown' }).count()).toBe(1);

    // The same folder once more: there is nothing left to send.
    await page.getByRole('link', { name: 'Enrol a folder' }).click();
    await page.getByLabel('Choose a folder').setInputFiles(root);
    await page.getByText('There is nothing to enrol').waitFor();
    expect(await page.getByText('enrolled already').count()).toBe(7);
  });

  it('sends nothing twice when an answer is lost', async () => {
    await open();
    await plan('Lost answers');
    let lost = 0;
    await page.route('**/persistedfaces?*', async (route) => {
      if (++lost > 1) return route.continue();
      await route.fetch();
      await route.abort();
    });
    await begin();
    await page.getByRole('alert').getByText('NoAnswer').waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading('Enrolled');
    expect(await facesByPerson('lost-answers')).toEqual(twoEach);
  });

  it('asks which of several faces it is, says why a file failed, and retries it', async () => {
    await open();
    const crowd = join(folder, 'crowd');
    await mkdir(join(crowd, 'Zoë'), { recursive: true });
    await writeFile(join(crowd, 'Zoë', 'all.jpg'), await readFile(fileOf(6)));
    await writeFile(join(crowd, 'Zoë', 'broken.jpg'), 'no image'.repeat(500));
    await plan('Crowd', crowd);
    await begin();
    await heading('Enrolled, with some to look at');
    await page.getByText('NoImage: broken.jpg is not an image that this browser reads.').waitFor();
    await page.getByRole('button', { name: 'Choose a face' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '2', exact: true }).click();
    await page.getByText('2 of 2 photographs: 1 enrolled, 1 failed.').waitFor();
    await page.getByRole('button', { name: 'Retry all failed' }).click();
    await page.getByText('2 of 2 photographs: 1 enrolled, 1 failed.').waitFor();
    expect(await facesByPerson('crowd')).toEqual([['Zoë', 1]]);

    await page.getByRole('link', { name: 'Persons' }).click();
    await page.getByRole('link', { name: /Zoë/ }).click();
    await page.getByText('crowd/Zoë/all.jpg').waitFor();
    await page.getByRole('button', { name: 'Delete face crowd/Zoë/all.jpg' }).click();
    await heading('0 faces');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const sure = page.getByRole('button', { name: 'Delete for good' });
    expect(await sure.isDisabled()).toBe(true);
    await page.getByLabel(/^Type the name/).fill('Crowd');
    await sure.click();
    await heading('People');
    expect(await get('persongroups/crowd')).toMatchObject({ error: { code: 'PersonGroupNotFound' } });
  });

  it('keeps pictures in the browser only where that is wanted, and forgets them', async () => {
    await open();
    await goTo(page, 'people');
    await page.getByLabel('Keep small pictures of faces in this browser').check();
    await plan('Pictured');
    await begin();
    await heading('Enrolled');
    await page.getByRole('link', { name: 'Persons' }).click();
    await page.locator('.avatar img').nth(2).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Forget all pictures' }).click();
    await page.locator('.avatar', { hasText: 'AB' }).waitFor();
    expect(await page.locator('.avatar img').count()).toBe(0);
  });

  it('makes a list, fills it and finds similar faces in it', async () => {
    await open();
    await goTo(page, 'lists');
    await page.getByRole('button', { name: 'Make the first list' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Guests');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('No faces yet.').waitFor();
    await page
      .getByLabel('Add photographs')
      .setInputFiles([join(root, names[0], '1.jpg'), join(root, names[1], '1.jpg')]);
    await page.locator('.face-list li').nth(1).waitFor();
    await page.getByLabel('Choose a photograph').setInputFiles(join(root, names[1], '2.jpg'));
    const matches = page.getByRole('list', { name: 'Similar faces' }).getByRole('listitem');
    await matches.first().waitFor();
    expect(await matches.count()).toBe(1);
    expect(await get('facelists/guests')).toMatchObject({ persistedFaces: [{}, {}] });
  });

  it('takes a snapshot and applies it in the second subscription', async () => {
    await open();
    await fetch(`${server.url}/face/v1.0/persongroups/team`, {
      method: 'PUT',
      headers: { 'Ocp-Apim-Subscription-Key': server.keys[0], 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Team', recognitionModel: 'recognition_04' }),
    });
    await page.getByRole('button', { name: /^Keys/ }).click();
    await page.getByLabel('Key', { exact: true }).fill(server.keys[1]);
    await page.getByLabel('Name', { exact: true }).fill('second');
    await page.getByLabel(/^Subscription id/).fill('0b0b0b0b-0000-4000-8000-00000000000b');
    await page.getByRole('button', { name: 'Use this key' }).click();
    await page.getByRole('button', { name: /^Keys: second/ }).click();
    await page.getByRole('radio', { name: /local/ }).check();
    await page.getByRole('button', { name: 'Close' }).click();
    await goTo(page, 'snapshots');
    await page.getByRole('button', { name: 'Take a snapshot' }).first().click();
    await page.getByLabel('Of', { exact: true }).selectOption({ value: 'persongroups/team' });
    await page.getByRole('button', { name: 'Take', exact: true }).click();
    await page.getByText('Take of Team: done').waitFor();
    await page.getByText(/^4[78] hours left/).waitFor();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    expect(await page.getByLabel('In the subscription of').inputValue()).not.toBe('');
    await page.getByLabel('Id of what is made').fill('team-copy');
    await page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByText('Apply as team-copy in second: done').waitFor();
    expect(await get('persongroups/team-copy', server.keys[1])).toMatchObject({ name: 'Team' });
    // Once more under the same id it cannot succeed, and the reason is told.
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByLabel('Id of what is made').fill('team-copy');
    await page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByText(/Apply as team-copy in second: failed\. .*exists/).waitFor();
    await page.getByRole('button', { name: /^Keys: local/ }).click();
    await page.getByRole('radio', { name: /second/ }).check();
    await page.getByRole('button', { name: 'Close' }).click();
    await goTo(page, 'people');
    await page.getByRole('link', { name: 'Team' }).waitFor();
  });
});

import { it } from 'vitest';
import { goTo, launch, openTab } from '/tmp/wt/console/test/console/browser.ts';
import { makeFolder } from '/tmp/wt/console/test/console/folder.ts';
import { startServer } from '/tmp/wt/console/test/server.ts';

it('explores', async () => {
  const server = await startServer();
  const browser = await launch();
  try {
    const root = await makeFolder(server, '/tmp/console/folder');
    const { page, troubles } = await openTab(browser, server);
    await page.waitForTimeout(2500);
    await page.screenshot({ path: '/tmp/console/e1.png' });
    await goTo(page, 'people');
    await page.getByLabel('Choose a folder').setInputFiles(root);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: '/tmp/console/e2.png' });
    await page.getByRole('button', { name: /^Enrol \d/ }).click();
    await page.waitForTimeout(5000);
    await page.screenshot({ path: '/tmp/console/e3.png', fullPage: true });
    console.log(troubles, server.logs().slice(-3000));
  } finally {
    await browser.close();
    await server.stop();
  }
}, 60000);

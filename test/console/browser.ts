import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Server } from '../server.ts';

/** Debian's Chromium, or one that CHROMIUM names; Playwright's own download is not asked for. */
const executablePath = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));

export const noBrowser = executablePath === undefined;
if (noBrowser)
  console.warn(
    'Tests of the console are skipped: there is no Chromium. Install it (apt-get install chromium) or name it: CHROMIUM=/path/to/chromium',
  );

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export const desktop = { width: 1280, height: 860 };

/** The address that `npm start` prints. */
export const firstRun = (server: Server) => `/#key=${server.keys[0]}`;

export interface Tab {
  page: Page;
  /** What went wrong without anybody asking: policy violations, uncaught errors, requests to other origins. */
  troubles: string[];
  close(): Promise<void>;
}

/** Opens the console in a browser profile of its own. path: of the address; by default Status, with a key held. */
export async function openTab(
  browser: Browser,
  server: Server,
  { path, key = server.keys[0] }: { path?: string; key?: string } = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: desktop });
  context.setDefaultTimeout(40_000);
  const troubles: string[] = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/`) && !/^(blob|data):/.test(request.url()))
      troubles.push(`request to ${request.url()}`);
  });
  context.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) troubles.push(message.text());
  });
  context.on('weberror', (error) => troubles.push(String(error.error().stack)));
  // A string: this runs in the page, whose types are none of the tests'.
  await context.addInitScript(
    "document.addEventListener('securitypolicyviolation', (e) => console.error('Content Security Policy', e.violatedDirective, e.blockedURI))",
  );
  const profile = { id: 'local', name: 'local', key, remembered: false };
  if (path === undefined)
    await context.addInitScript(
      `if (location.protocol === 'http:') sessionStorage['visage.profiles'] ??= ${JSON.stringify(JSON.stringify([profile]))}`,
    );
  const page = await context.newPage();
  await page.goto(`${server.url}${path ?? '/#/status'}`);
  return { page, troubles, close: () => context.close() };
}

/** Goes to a view by its hash route, as a link would. */
export async function goTo(page: Page, ...segments: string[]): Promise<void> {
  await page.evaluate(`location.hash = '#/${segments.map(encodeURIComponent).join('/')}'`);
}

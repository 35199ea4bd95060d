import { keep } from './profiles.ts';

/**
 * Takes a key out of the address, `#key=...`, as `npm start` prints it, and out of the history with it. On loopback
 * alone: elsewhere a link could make somebody work with a key of its author's.
 */
export function takeKeyFromAddress(): void {
  const given = /^#key=([^&]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return;
  history.replaceState(null, '', `${location.pathname}${location.search}#/detect`);
  if (isLoopback(location.hostname))
    keep({ name: 'local', key: decodeURIComponent(given), remembered: false });
}

const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127\./.test(host);

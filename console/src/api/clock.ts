let ahead = 0;

/** Learns the service's clock from an answer's Date. */
export function readClock(headers: Headers): void {
  const date = Date.parse(headers.get('date') ?? '');
  if (!Number.isNaN(date)) ahead = date - Date.now();
}

/** The time by the service's clock, to a second or so, in ms since 1970. */
export const serverNow = () => Date.now() + ahead;

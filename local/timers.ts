import { Cron } from 'croner';
import type { TypedData } from './functionsCoreTypes.ts';

export interface Timer {
  /** Stops the schedule and resolves when a run under way is done. */
  drain(): Promise<void>;
}

const months = /\b(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*\b/i;
const days = /\b(?:SUN|MON|TUE|WED|THU|FRI|SAT)[A-Z]*\b/i;
const field = /^(?:\*|[\dA-Z]+(?:-[\dA-Z]+)?)(?:\/\d+)?(?:,(?:\*|[\dA-Z]+(?:-[\dA-Z]+)?)(?:\/\d+)?)*$/i;

/** Runs a function by its schedule, never twice at a time; `run` must not reject. */
export function startTimer(cron: Cron, run: (info: TypedData) => Promise<void>): Timer {
  let last = new Date(0);
  let running: Promise<void> | undefined;
  const fire = async () => {
    const now = new Date();
    const status = { Last: last, Next: cron.nextRun(now), LastUpdated: last };
    last = now;
    await run({
      json: JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: false }),
    });
    running = undefined;
  };
  cron.schedule(() => {
    running ??= fire();
  });
  return {
    async drain() {
      cron.stop();
      await running;
    },
  };
}

/**
 * Parses an NCRONTAB schedule: second minute hour day month weekday, in UTC; with five fields the second is 0.
 * Throws an Error for anything else, such as the letters and nicknames of other cron dialects.
 */
export function parseSchedule(schedule: string): Cron {
  const fields = schedule.trim().split(/\s+/);
  const wrong = () =>
    new Error(
      `the schedule "${schedule}" is not supported; it takes six NCRONTAB fields, such as "0 */5 * * * *"`,
    );
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6 || !fields.every((text) => field.test(text))) throw wrong();
  const lettered = fields.map((text) => /[A-Z]/i.test(text));
  if (lettered.some((has, i) => has && !(i === 4 ? months : i === 5 ? days : /$^/).test(fields[i]!)))
    throw wrong();
  try {
    // NCRONTAB fires where day and weekday both hold.
    return new Cron(fields.join(' '), { timezone: 'UTC', domAndDow: true });
  } catch {
    throw wrong();
  }
}

import type { LogLevel } from './functionsCoreTypes.ts';

const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** Writes one entry. scope: the function and invocation that it belongs to. */
export type Log = (level: LogLevel, message: string, scope?: string) => void;

/** Whether `text` is the name of a level. */
export function isLogLevel(text: string | undefined): text is LogLevel {
  return (levels as readonly (string | undefined)[]).includes(text);
}

/** A log of the entries at `threshold` and above, one a line: `time [level] scope: message`. */
export function createLog(
  threshold: LogLevel,
  write = (line: string) => void process.stdout.write(line),
): Log {
  const from = levels.indexOf(threshold);
  return (level, message, scope) => {
    if (level === 'none' || levels.indexOf(level) < from) return;
    write(`${new Date().toISOString()} [${level}] ${scope ? `${scope}: ` : ''}${message}\n`);
  };
}

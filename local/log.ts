import type { LogLevel } from './core-types.ts';

const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** Writes one entry; `scope` is the function and invocation it belongs to. */
export type Log = (level: LogLevel, message: string, scope?: string) => void;

/** Whether `text` names a level. */
export function isLogLevel(text: string | undefined): text is LogLevel {
  return (levels as readonly (string | undefined)[]).includes(text);
}

/** A log that writes entries of `threshold` and above: `time [level] scope: message`. */
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

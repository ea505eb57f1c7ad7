/**
 * Logs as lines on a stream: JSON for machines, or one readable line for people. Below the level it
 * writes nothing.
 */
import type { LogFields, Logger } from '../../ports/logger.ts';

/** The levels, the most talkative first. */
export const logLevels = Object.freeze(['debug', 'info', 'warn', 'error', 'silent'] as const);

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

export interface LineLoggerOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'text';
  readonly write: (line: string) => void;
  readonly now: () => number;
}

/** A logger that writes each entry as one line. */
export function lineLogger(options: LineLoggerOptions): Logger {
  const log = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(options.level)) return;
    options.write(`${lineOf(options, level, message, fields ?? {})}\n`);
  };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

function lineOf(
  { format, now }: LineLoggerOptions,
  level: LogLevel,
  message: string,
  fields: LogFields,
): string {
  const time = new Date(now()).toISOString();
  if (format === 'json') return JSON.stringify({ time, level, message, ...fields });
  const details = Object.entries(fields).map(
    ([name, value]) => ` ${name}=${JSON.stringify(value)}`,
  );
  return `${time} ${level.padEnd(5)} ${message}${details.join('')}`;
}

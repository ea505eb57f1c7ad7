import { plainText } from '../../asl/plain-text.ts';
import type { LogFields, Logger } from '../../ports/logger.ts';

/** The levels, from the most to the least verbose. */
export const logLevels = Object.freeze(['debug', 'info', 'warn', 'error', 'silent'] as const);

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** Options of {@link createLineLogger}. */
export interface LineLoggerOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'text';
  readonly write: (line: string) => void;
  readonly now: () => number;
}

/**
 * Creates a logger that writes each entry as one line: JSON, or readable text. Control characters
 * and separators of lines in a message or a field are escapes in it. It writes nothing below its
 * level.
 */
export function createLineLogger(options: LineLoggerOptions): Logger {
  const log = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(options.level)) return;
    options.write(`${formatLine(options, level, message, fields ?? {})}\n`);
  };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

function formatLine(
  { format, now }: LineLoggerOptions,
  level: LogLevel,
  message: string,
  fields: LogFields,
): string {
  const time = new Date(now()).toISOString();
  if (format === 'json') return plainText(JSON.stringify({ time, level, message, ...fields }));
  const details = Object.entries(fields).map(
    ([name, value]) => ` ${name}=${JSON.stringify(value)}`,
  );
  return plainText(`${time} ${level.padEnd(5)} ${message}${details.join('')}`);
}

/** The texts by which commands name executions and print their fields. */
import { plainText } from '../asl/plain-text.ts';
import { momentText } from './text-table.ts';

/** Describes an argument that names an execution. */
export const executionArgument = "the execution's id, or <machine>:<name>";

/** Counts that are only of interest once something has happened. */
const problemCounts: ReadonlySet<string> = new Set(['stalls', 'redrives', 'deliveries']);

/**
 * Formats an object for people, one line per field: names in words, times in UTC, durations with
 * their unit. Leaves out what says nothing: null, false, an empty text, no stall, no redrive.
 */
export function fieldLines(fields: Readonly<Record<string, unknown>>): string[] {
  const rows = Object.entries(fields).flatMap(([key, value]) =>
    valueTexts(key, value).map((text, line) => ({ key, line, text })),
  );
  const width = Math.max(...rows.map(({ key }) => labelOf(key).length));
  return rows.map(({ key, line, text }) => {
    const label = line === 0 ? labelOf(key) : '';
    return `${label.padEnd(width)}  ${text}`;
  });
}

function saysNothing(key: string, value: unknown): boolean {
  if (value === 0) return problemCounts.has(key);
  return value === null || value === undefined || value === false || value === '';
}

/** Converts `createdAt` to `created`, `machineId` to `machine`, `batchIndex` to `batch index`. */
function labelOf(key: string): string {
  return key
    .replace(/(?<=[a-z])(?:At|Id|Ms)$/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function valueTexts(key: string, value: unknown): string[] {
  if (saysNothing(key, value)) return [];
  if (typeof value === 'number' && key.endsWith('At')) return [momentText(value) ?? ''];
  if (typeof value === 'number' && key.endsWith('Ms')) return [durationText(value)];
  if (typeof value !== 'string') return [plainText(JSON.stringify(value))];
  return key === 'cause' ? causeLines(value) : [plainText(value)];
}

const units = Object.freeze({ d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 });

/** Formats a duration as options take it: `15m`. */
function durationText(ms: number): string {
  const exact = Object.entries(units).find(([, length]) => ms >= length && ms % length === 0);
  return exact === undefined ? `${ms}ms` : `${ms / exact[1]}${exact[0]}`;
}

/** What a handler threw, as its cause in JSON describes it. */
interface ThrownCause {
  readonly errorMessage?: unknown;
  readonly trace?: unknown;
}

/** Returns the message of a cause: what a handler threw is described by JSON. */
export function causeMessage(cause: string): string {
  const { errorMessage } = readCause(cause);
  return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : cause;
}

/** The message, and where it was thrown, a line each. */
function causeLines(cause: string): string[] {
  const { trace } = readCause(cause);
  const places = Array.isArray(trace) ? trace.filter((line) => /^\s+at /.test(String(line))) : [];
  return [causeMessage(cause), ...places.map((line) => `  ${String(line).trim()}`)].map(plainText);
}

function readCause(cause: string): ThrownCause {
  if (!cause.startsWith('{')) return {};
  try {
    return JSON.parse(cause) as ThrownCause;
  } catch {
    // Any text can be a cause.
    return {};
  }
}

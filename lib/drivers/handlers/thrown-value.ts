/**
 * Converts what a handler threw to the failure of its call. A handler may throw anything, also
 * values whose own code throws when they are read, so each property is read once, in a `try`, and
 * becomes a text of limited length.
 */
import { inspect } from 'node:util';
import { causeCharsMax, errorCharsMax } from '../../engine/limits.ts';

/** The failure of a call. */
export interface ThrownFailure {
  readonly ok: false;
  readonly error: string;
  /** JSON in the format of Lambda's Node.js runtime, with `cause` and `errors` where there are. */
  readonly cause: string;
}

/** An error as a cause shows it. */
interface DescribedError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
  /** The code of a system or client error: `ECONNREFUSED`. */
  readonly code?: string;
  readonly cause?: DescribedError;
  /** The inner errors of an AggregateError. */
  readonly errors?: readonly DescribedError[];
}

/** Limits of a description: an error may hold any number of others, and itself. */
const limits = Object.freeze({
  /** Stack lines; later lines are of the runtime. */
  traceLines: 8,
  traceLineChars: 400,
  messageChars: 8_192,
  innerMessageChars: 1_024,
  /** Causes of causes. */
  depth: 4,
  innerErrors: 8,
});

/** What an error without a usable name is called. */
const unnamed = 'Error';

/**
 * Returns the failure of a call whose handler threw `thrown`. Never throws: `error` is a text that
 * is not empty, and `cause` is complete JSON within the limit of a cause.
 */
export function toFailure(thrown: unknown): ThrownFailure {
  const isError = isErrorLike(thrown);
  const errorType = nameOf(thrown);
  const described: DescribedError = {
    errorType,
    errorMessage: messageText(thrown, limits.messageChars),
    trace: isError ? traceOf(thrown) : [],
    ...describeInner(thrown, limits.depth),
  };
  return { ok: false, error: errorType, cause: toBoundedJson(described) };
}

/** Drops what an error holds besides itself, then cuts its message, until the text fits. */
function toBoundedJson(described: DescribedError): string {
  const { errorType, errorMessage, trace = [] } = described;
  const shorter: DescribedError[] = [
    described,
    { ...described, trace: trace.slice(0, 2) },
    { errorType, errorMessage, trace: trace.slice(0, 2) },
  ];
  for (const each of shorter) {
    const text = JSON.stringify(each);
    if (text.length <= causeCharsMax) return text;
  }
  // Each character takes six at most as JSON.
  return JSON.stringify({ errorType, errorMessage: cut(errorMessage, 4_096), trace: [] });
}

function describeInner(
  thrown: unknown,
  depth: number,
): Pick<DescribedError, 'code' | 'cause' | 'errors'> {
  if (!isErrorLike(thrown)) return {};
  const code = read(thrown, 'code');
  const cause = read(thrown, 'cause');
  const errors = read(thrown, 'errors');
  const hasInner = depth > 0;
  return {
    ...((typeof code === 'string' || typeof code === 'number') && { code: cut(`${code}`, 100) }),
    ...(hasInner && cause !== undefined && cause !== null && { cause: describe(cause, depth - 1) }),
    ...(hasInner && { ...listInner(errors, depth - 1) }),
  };
}

function listInner(errors: unknown, depth: number): Pick<DescribedError, 'errors'> {
  const listed = attempt<unknown[]>(
    () => (Array.isArray(errors) ? errors.slice(0, limits.innerErrors) : []),
    [],
  );
  return listed.length === 0 ? {} : { errors: listed.map((error) => describe(error, depth)) };
}

function describe(error: unknown, depth: number): DescribedError {
  return {
    errorType: nameOf(error),
    errorMessage: messageText(error, limits.innerMessageChars),
    ...describeInner(error, depth),
  };
}

function isErrorLike(value: unknown): value is Error {
  return attempt(() => value instanceof Error, false);
}

function nameOf(thrown: unknown): string {
  if (!isErrorLike(thrown)) return unnamed;
  const name = read(thrown, 'name');
  const text = name === undefined || name === null ? '' : cut(toText(name), errorCharsMax);
  return text.trim() === '' ? unnamed : text;
}

function messageText(thrown: unknown, charsMax: number): string {
  if (!isErrorLike(thrown)) return cut(toText(thrown), charsMax);
  const own = read(thrown, 'message');
  const message = own === undefined ? '' : cut(toText(own), charsMax);
  if (message !== '') return message;
  const inner = listInner(read(thrown, 'errors'), 0).errors ?? [];
  return cut(inner.map(({ errorMessage }) => errorMessage).join('; '), charsMax);
}

/** A text stays as it is; an object is shown with its fields, as a log would show it. */
function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  const isData = typeof value === 'object' && value !== null;
  const unreadable = `a value of type ${typeof value} that cannot be read`;
  return attempt(() => (isData ? inspect(value, inspectOptions) : String(value)), unreadable);
}

const inspectOptions = Object.freeze({
  depth: 3,
  maxArrayLength: 20,
  maxStringLength: 1_024,
  breakLength: Number.POSITIVE_INFINITY,
  // A value's own formatter is code like its getters.
  customInspect: false,
});

function traceOf(error: Error): string[] {
  const stack = read(error, 'stack');
  if (typeof stack !== 'string') return [];
  const lines = stack
    .slice(0, limits.traceLines * limits.traceLineChars)
    .split('\n', limits.traceLines)
    .map((line) => cut(line, limits.traceLineChars));
  return withoutOwnCalls(lines);
}

/** The folder of Millrace's own code; null in a bundle, which has that of the handlers, too. */
const ownFolder = /^.*\/(?:lib|dist)\//.exec(String(import.meta.url))?.[0] ?? null;

/** Drops the last lines, which say how Millrace called the handler, and nothing about the error. */
function withoutOwnCalls(lines: readonly string[]): string[] {
  if (ownFolder === null) return [...lines];
  const last = lines.findLastIndex((line) => /^\s+at /.test(line) && !isOwnCall(line, ownFolder));
  return last === -1 ? [...lines] : lines.slice(0, last + 1);
}

function isOwnCall(line: string, folder: string): boolean {
  return line.includes(folder) || /\bnode:internal|<anonymous>/.test(line);
}

function read(value: object, key: string): unknown {
  return attempt<unknown>(() => Reflect.get(value, key), undefined);
}

function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`;
}

/** Returns what `act` returns, or `fallback` when the code of a thrown value throws. */
function attempt<Value>(act: () => Value, fallback: Value): Value {
  try {
    return act();
  } catch {
    return fallback;
  }
}

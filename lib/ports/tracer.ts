/** Attributes of a span: names, ids and numbers, never payloads or secrets. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span to start. */
export interface SpanStart {
  /** Few different names: the kind of work and what it is about, never an id. */
  readonly name: string;
  /**
   * `producer` and `consumer` are the two ends of a queue, `client` waits for a call. @default
   * internal
   */
  readonly kind?: 'internal' | 'producer' | 'consumer' | 'client';
  /**
   * The span that this one is a part of: one of this process, or the `traceparent` of one
   * elsewhere. Null: the span starts a trace. @default the active span
   */
  readonly parent?: Span | string | null;
  /** The `traceparent` of other spans that caused this one. @default [] */
  readonly links?: readonly string[];
  readonly attributes?: SpanAttributes;
  /** When it started, in milliseconds since 1970. @default now */
  readonly at?: number;
}

/** How a span ends. */
export interface SpanEnd {
  /** The name of the error that the work ended with. @default it succeeded */
  readonly error?: string;
  /** When it ended, in milliseconds since 1970. @default now */
  readonly at?: number;
}

/** A piece of work in a trace. */
export interface Span {
  /** Names the span for others, in the format of W3C; null when nothing is recorded. */
  readonly traceparent: string | null;
  setAttributes(attributes: SpanAttributes): void;
  /** Calls `work` while the span is active: spans and log lines of it belong to this span. */
  run<Result>(work: () => Result): Result;
  /** Ends the span; a second call changes nothing. */
  end(end?: SpanEnd): void;
}

/** Records spans. While tracing is off, every span is {@link noSpan} and nothing costs anything. */
export interface Tracer {
  /** Whether spans are recorded. A caller that would have to prepare much asks first. */
  readonly isOn: boolean;
  start(span: SpanStart): Span;
  /** Returns the `traceparent` of the active span; null when there is none. */
  active(): string | null;
  /** Calls `work` without an active span: work that several spans share. */
  detached<Result>(work: () => Result): Result;
}

/** A span that is not recorded. */
export const noSpan: Span = Object.freeze({
  traceparent: null,
  setAttributes: () => {},
  run: <Result>(work: () => Result): Result => work(),
  end: () => {},
});

/** Records nothing: the tracer while tracing is off. */
export const noTracer: Tracer = Object.freeze({
  isOn: false,
  start: () => noSpan,
  active: () => null,
  detached: <Result>(work: () => Result): Result => work(),
});

const traceparentFormat = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Whether the text is a `traceparent` of W3C's Trace Context, version 00. */
export function isTraceparent(text: unknown): text is string {
  return typeof text === 'string' && traceparentFormat.test(text);
}

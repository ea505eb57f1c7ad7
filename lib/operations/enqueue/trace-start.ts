import { hasCode, MillraceError } from '../../errors.ts';
import { isTraceparent, noTracer, type SpanAttributes, type Tracer } from '../../ports/tracer.ts';

/** The start of work that other processes do. */
export interface TracedStart {
  /** The name of the span. */
  readonly name: string;
  readonly attributes?: SpanAttributes;
  /** The caller's place in a trace, if the caller says so. @default the active span */
  readonly caller?: string | undefined;
}

/**
 * Runs `start` as a span of the caller's trace.
 * @param start gets what the work that it starts is a part of: this span, or the caller's while
 *   this process does not trace; null for neither
 */
export async function traceStart<Result>(
  tracer: Tracer,
  { name, attributes = {}, caller }: TracedStart,
  start: (traceparent: string | null) => Promise<Result>,
): Promise<Result> {
  const span = tracer.start({
    name,
    kind: 'producer',
    attributes,
    ...(caller !== undefined && { parent: caller }),
  });
  try {
    const result = await span.run(() => start(span.traceparent ?? caller ?? null));
    span.end();
    return result;
  } catch (error) {
    span.end({ error: hasCode(error) ? error.code : 'Error' });
    throw error;
  }
}

/** What a redrive records its span with. @default nothing is recorded */
export interface RedriveTracing {
  readonly tracer?: Tracer;
}

/** Runs a redrive as a span; the runs that follow from it link to this span. */
export async function traceRedrive<Result>(
  { tracer = noTracer }: RedriveTracing,
  redrive: () => Promise<Result>,
): Promise<Result> {
  return await traceStart(tracer, { name: 'redrive' }, redrive);
}

/** Returns the caller's `traceparent`; throws INVALID_ARGUMENT for a text that is none. */
export function checkTraceparent(text: string): string {
  if (isTraceparent(text)) return text;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    "traceparent must be one of W3C's Trace Context, version 00, such as " +
      `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01; found '${String(text).slice(0, 80)}'`,
  );
}

import * as otel from '@opentelemetry/api';
import {
  isTraceparent,
  type Span,
  type SpanEnd,
  type SpanStart,
  type Tracer,
} from '../../ports/tracer.ts';

/** Records spans with the SDK that is registered with the API of OpenTelemetry. */
export class OpenTelemetryTracer implements Tracer {
  readonly isOn = true;
  readonly #tracer: otel.Tracer;

  /** @param version the version of Millrace, which spans name */
  constructor(version: string) {
    this.#tracer = otel.trace.getTracer('millrace', version);
  }

  start(start: SpanStart): Span {
    const { name, kind = 'internal', parent, links = [], attributes, at } = start;
    const context = toContext(parent);
    const span = this.#tracer.startSpan(
      name,
      {
        kind: kinds[kind],
        links: links.flatMap((traceparent) => toLink(traceparent)),
        ...(attributes !== undefined && { attributes: { ...attributes } }),
        ...(at !== undefined && { startTime: at }),
      },
      context,
    );
    return new RecordedSpan(span, otel.trace.setSpan(context, span));
  }

  active(): string | null {
    const context = otel.trace.getActiveSpan()?.spanContext();
    return context === undefined ? null : toTraceparent(context);
  }

  detached<Result>(work: () => Result): Result {
    return otel.context.with(otel.ROOT_CONTEXT, work);
  }
}

const kinds = {
  internal: otel.SpanKind.INTERNAL,
  producer: otel.SpanKind.PRODUCER,
  consumer: otel.SpanKind.CONSUMER,
  client: otel.SpanKind.CLIENT,
} as const satisfies Record<NonNullable<SpanStart['kind']>, otel.SpanKind>;

/** A span of the SDK, with the context in which it is the active one. */
class RecordedSpan implements Span {
  readonly context: otel.Context;
  readonly #span: otel.Span;
  #hasEnded = false;

  constructor(span: otel.Span, context: otel.Context) {
    this.#span = span;
    this.context = context;
  }

  get traceparent(): string | null {
    return toTraceparent(this.#span.spanContext());
  }

  setAttributes(attributes: NonNullable<SpanStart['attributes']>): void {
    this.#span.setAttributes({ ...attributes });
  }

  run<Result>(work: () => Result): Result {
    return otel.context.with(this.context, work);
  }

  end({ error, at }: SpanEnd = {}): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (error !== undefined) {
      this.#span.setStatus({ code: otel.SpanStatusCode.ERROR, message: error });
      this.#span.setAttribute('error.type', error);
    }
    this.#span.end(at);
  }
}

/** Returns the context whose span is the parent. */
function toContext(parent: SpanStart['parent']): otel.Context {
  if (parent === undefined) return otel.context.active();
  if (parent instanceof RecordedSpan) return parent.context;
  const spanContext = typeof parent === 'string' ? parseTraceparent(parent) : null;
  if (spanContext === null) return otel.ROOT_CONTEXT;
  return otel.trace.setSpanContext(otel.ROOT_CONTEXT, spanContext);
}

function toLink(traceparent: string): otel.Link[] {
  const context = parseTraceparent(traceparent);
  return context === null ? [] : [{ context }];
}

function parseTraceparent(text: string): otel.SpanContext | null {
  if (!isTraceparent(text)) return null;
  const [, traceId = '', spanId = '', flags = ''] = text.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function toTraceparent(context: otel.SpanContext): string | null {
  if (!otel.isSpanContextValid(context)) return null;
  const flags = (context.traceFlags & 0xff).toString(16).padStart(2, '0');
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}

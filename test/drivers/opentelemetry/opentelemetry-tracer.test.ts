/** Spans in an SDK that the program itself has registered. */
import { context, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { afterEach, describe, expect, it } from 'vitest';
import { Millrace } from '../../../lib/app/millrace.ts';
import { openApp } from '../../../lib/app/open-app.ts';
import { OpenTelemetryTracer } from '../../../lib/drivers/opentelemetry/opentelemetry-tracer.ts';
import {
  findRegisteredTracer,
  isSdkRegistered,
} from '../../../lib/drivers/opentelemetry/registered-tracer.ts';
import { createTraceLogger } from '../../../lib/drivers/opentelemetry/trace-logger.ts';
import { noTracer } from '../../../lib/ports/tracer.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

const remote = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** Registers an SDK, as a program does before it opens an app. */
function registerSdk(sampledShare = 1) {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampledShare) }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  provider.register();
  const find = (name: string) => {
    const found = exporter.getFinishedSpans().find((span) => span.name === name);
    if (found === undefined) throw new Error(`there is no span '${name}'`);
    return found;
  };
  return { exporter, tracer: new OpenTelemetryTracer('1.2.3'), find };
}

afterEach(() => {
  trace.disable();
  context.disable();
});

describe('OpenTelemetryTracer', () => {
  it('a span is the child of the active one, over waits, unless it names another parent', async () => {
    const { tracer, find } = registerSdk();
    const outer = tracer.start({ name: 'outer' });

    await outer.run(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      tracer.start({ name: 'inner' }).end();
      tracer.start({ name: 'root', parent: null }).end();
      tracer.start({ name: 'remote', parent: remote }).end();
    });
    tracer.start({ name: 'local', parent: outer }).end();
    tracer.start({ name: 'alone' }).end();
    outer.end();

    const id = find('outer').spanContext();
    expect(find('inner').parentSpanContext).toMatchObject({ spanId: id.spanId });
    expect(find('local').parentSpanContext).toMatchObject({ spanId: id.spanId });
    expect(find('root').parentSpanContext).toBeUndefined();
    expect(find('alone').parentSpanContext).toBeUndefined();
    expect(find('remote').spanContext().traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(outer.traceparent).toBe(`00-${id.traceId}-${id.spanId}-01`);
  });

  it('a span has its kind, links, attributes, times and error, and ends once', () => {
    const { tracer, find, exporter } = registerSdk();

    const span = tracer.start({
      name: 'call',
      kind: 'client',
      links: [remote, 'none'],
      attributes: { 'millrace.retry': 2 },
      at: 1_700_000_000_000,
    });
    span.setAttributes({ 'millrace.outcome': 'failed' });
    span.end({ error: 'CardServiceBusy', at: 1_700_000_000_250 });
    span.end();

    const { kind, links, attributes, status, duration, instrumentationScope } = find('call');
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    expect(kind).toBe(2);
    expect(links.map((link) => link.context.spanId)).toEqual(['00f067aa0ba902b7']);
    expect(attributes).toEqual({
      'millrace.retry': 2,
      'millrace.outcome': 'failed',
      'error.type': 'CardServiceBusy',
    });
    expect(status).toEqual({ code: 2, message: 'CardServiceBusy' });
    expect(duration).toEqual([0, 250_000_000]);
    expect(instrumentationScope).toMatchObject({ name: 'millrace', version: '1.2.3' });
  });

  it('detached work has no active span', () => {
    const { tracer } = registerSdk();
    const span = tracer.start({ name: 'outer' });

    const inside = span.run(() => [tracer.active(), tracer.detached(() => tracer.active())]);

    expect(inside).toEqual([span.traceparent, null]);
    expect(tracer.active()).toBeNull();
  });

  it('a trace that is not sampled keeps its place, so that its parts are not sampled either', () => {
    const { tracer, exporter } = registerSdk(0);

    const outer = tracer.start({ name: 'outer', parent: null });
    const inner = tracer.start({ name: 'inner', parent: outer.traceparent });
    inner.end();
    outer.end();

    expect(outer.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(inner.traceparent?.slice(0, 35)).toBe(outer.traceparent?.slice(0, 35));
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('log lines have the ids of the active span, and only those', () => {
    const { tracer } = registerSdk();
    const quiet = new QuietLogger();
    const logger = createTraceLogger(quiet);
    const span = tracer.start({ name: 'outer' });

    logger.info('before', { a: 1 });
    span.run(() => logger.error('within', { a: 2 }));

    const [, traceId, spanId] = span.traceparent?.split('-') ?? [];
    expect(quiet.entries.map(({ fields }) => fields)).toEqual([
      { a: 1 },
      { a: 2, trace_id: traceId, span_id: spanId },
    ]);
  });
});

describe('findRegisteredTracer', () => {
  it('an SDK is found while it is registered', async () => {
    expect(await findRegisteredTracer('1.2.3')).toBeNull();

    registerSdk();

    expect(isSdkRegistered()).toBe(true);
    expect(await findRegisteredTracer('1.2.3')).toMatchObject({ isOn: true });
  });

  it('an app uses the SDK of its program, inside its spans, and leaves it running', async () => {
    const { exporter, tracer, find } = registerSdk();
    const definition = {
      StartAt: 'Work',
      States: { Work: { Type: 'Task', Resource: 'work', End: true } },
    };
    const app = new Millrace(
      await openApp({
        config: {
          machines: { m: { definition } },
          handlers: { work: () => tracer.start({ name: 'query' }).end() },
        },
        env: { store: 'memory', otlpEndpoint: 'http://127.0.0.1:1' },
        logger: new QuietLogger(),
      }),
    );

    const program = tracer.start({ name: 'program' });
    await program.run(() => app.machine('m').execute({}));
    program.end();
    await app.close();

    const ids = (name: string) => find(name).spanContext();
    expect(find('query').parentSpanContext).toMatchObject({ spanId: ids('call work').spanId });
    expect(find('execution m').parentSpanContext).toMatchObject({ spanId: ids('program').spanId });
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toContain('state Work');
    expect(isSdkRegistered()).toBe(true);
  });
});

describe('noTracer', () => {
  it('work runs without a span, and nothing is recorded', () => {
    const span = noTracer.start({ name: 'nothing' });

    expect(span.run(() => 7)).toBe(7);
    expect(noTracer.detached(() => 8)).toBe(8);
    expect([span.traceparent, noTracer.active(), noTracer.isOn]).toEqual([null, null, false]);
  });
});

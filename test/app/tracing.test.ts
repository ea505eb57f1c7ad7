/** Traces of an app over a queue, as an OTLP receiver gets them. */
import { describe, expect, it } from 'vitest';
import { createApi } from '../../lib/api/create-api.ts';
import { apiOperations } from '../../lib/api/handlers/api-operations.ts';
import type { Millrace } from '../../lib/app/millrace.ts';
import { batchEnd } from '../support/open-app.ts';
import { drawTree, type OtlpReceiver, toTrees } from '../support/otlp-receiver.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { until } from '../support/signal.ts';
import { openTracedApp } from '../support/traced-app.ts';

const caller = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const callerTrace = caller.split('-')[1];
const callerSpan = caller.split('-')[2];

/** Returns the only tree, as lines: everything is one connected trace. */
function drawOnlyTree({ spans }: OtlpReceiver): string[] {
  const trees = toTrees(spans);
  expect(trees).toHaveLength(1);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  return trees.flatMap((tree) => drawTree(tree));
}

async function executionEnd(app: Millrace, id: string) {
  return await app.executions.wait(id);
}

describe('tracing', () => {
  it('a batch over a queue is one connected trace, from its start to the calls of its handlers', async () => {
    const { app, receiver, close } = await openTracedApp();
    await app.start();
    const { id } = await app.batches.start('orders');
    expect(await batchEnd(app, id)).toMatchObject({ status: 'SUCCEEDED' });
    await close();

    const lines = drawOnlyTree(receiver);
    const execution = [
      '    execution order',
      '      commit',
      '      commit',
      '      state Charge',
      '        call charge',
      '      state Check',
    ];
    expect(lines.slice(0, 2)).toEqual(['start batch orders', '  batch orders']);
    expect(lines[2]).toBe('  fan out orders');
    expect(lines.slice(3).toSorted()).toEqual([...execution, ...execution].toSorted());
    const spans = receiver.spans;
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['millrace']));
    expect(spans.filter(({ error }) => error !== null)).toEqual([]);
    expect(spans.find(({ name }) => name === 'batch orders')?.attributes).toMatchObject({
      'millrace.batch.id': id,
      'millrace.status': 'SUCCEEDED',
    });
    for (const { attributes, links } of spans.filter(({ name }) => name === 'execution order')) {
      expect(attributes).toMatchObject({
        'millrace.batch.id': id,
        'millrace.run.cause': 'start',
        'millrace.status': 'SUCCEEDED',
        'messaging.destination.name': 'default',
      });
      expect(links).toEqual([]);
    }
  });

  it('a handler gets the place of its call, and its log lines name the span', async () => {
    const { app, receiver, charging, logger, close } = await openTracedApp();
    await app.start();
    const { executionId } = await app.executions.start({ machineId: 'order', input: { id: 'A' } });
    await executionEnd(app, executionId);
    await close();

    const call = receiver.spans.find(({ name }) => name === 'call charge');
    const [context] = charging.contexts;
    expect(context?.traceparent).toBe(`00-${call?.traceId}-${call?.spanId}-01`);
    expect(logger.entries.find(({ message }) => message === 'charging')?.fields).toEqual({
      id: 'A',
      trace_id: call?.traceId,
      span_id: call?.spanId,
    });
  });

  it('the traceparent of an API request is the parent of what it starts', async () => {
    const { app, receiver, close } = await openTracedApp();
    await app.start();
    const api = createApi(
      apiOperations(async () => app),
      { logger: new QuietLogger() },
    );
    const post = async (path: string, body: object) => {
      const response = await api.fetch(
        new Request(`http://localhost${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', traceparent: caller },
          body: JSON.stringify(body),
        }),
      );
      expect(response.status).toBe(201);
      return (await response.json()) as { readonly executionId: string; readonly id: string };
    };

    const started = await post('/v1/executions', { machineId: 'order', input: { id: 'A' } });
    const task = await post('/v1/tasks', { machineId: 'order', input: { id: 'B' } });
    const batch = await post('/v1/batches', { name: 'orders' });
    for (const { executionId } of [started, task]) await executionEnd(app, executionId);
    await batchEnd(app, batch.id);
    await close();

    expect(new Set(receiver.spans.map(({ traceId }) => traceId))).toEqual(new Set([callerTrace]));
    const trees = toTrees(receiver.spans);
    expect(trees.map(({ span }) => [span.name, span.parentSpanId])).toEqual([
      ['enqueue order', callerSpan],
      ['enqueue order', callerSpan],
      ['start batch orders', callerSpan],
    ]);
  });

  it('a retry of a state links to the call before it', async () => {
    const { app, receiver, charging, close } = await openTracedApp();
    charging.failuresLeft = 1;
    await app.start();
    const { executionId } = await app.executions.start({
      machineId: 'stubborn',
      input: { id: 'A' },
    });
    await executionEnd(app, executionId);
    await close();

    const lines = drawOnlyTree(receiver);
    expect(lines.filter((line) => line.trim() === 'call charge')).toHaveLength(2);
    const runs = byStart(receiver, 'execution stubborn');
    expect(runs.map(({ attributes }) => attributes['millrace.run.cause'])).toEqual([
      'start',
      'resume',
    ]);
    expect(runs[1]?.links).toEqual([runs[0]?.spanId]);
    const calls = byStart(receiver, 'call charge');
    expect(calls.map(({ error }) => error)).toEqual(['CardServiceBusy', null]);
  });

  it('a retry of an execution is a span of the same trace that links to the run that failed', async () => {
    const { app, receiver, charging, close } = await openTracedApp();
    charging.failuresLeft = 1;
    await app.start();
    const { executionId } = await app.tasks.enqueue({
      machineId: 'order',
      input: { id: 'A' },
      retriesMax: 3,
      traceparent: caller,
    });
    await executionEnd(app, executionId);
    await close();

    const [failed, retried] = byStart(receiver, 'execution order');
    expect(failed).toMatchObject({ error: 'CardServiceBusy', traceId: callerTrace });
    expect(failed?.attributes).toMatchObject({ 'millrace.status': 'PENDING_REDRIVE' });
    expect(retried).toMatchObject({ error: null, links: [failed?.spanId], traceId: callerTrace });
    expect(retried?.attributes).toMatchObject({
      'millrace.run.cause': 'retry',
      'millrace.attempt': 2,
    });
    expect(retried?.parentSpanId).toBe(failed?.parentSpanId);
  });

  it('a redrive is a span of its own, and the run that follows links to it', async () => {
    const { app, receiver, charging, close } = await openTracedApp();
    charging.failuresLeft = 1;
    await app.start();
    const { executionId } = await app.executions.start({ machineId: 'order', input: { id: 'A' } });
    await executionEnd(app, executionId);
    await app.executions.redrive(executionId);
    await until(
      async () => (await app.executions.get(executionId)).status === 'SUCCEEDED',
      'the success of the redriven execution',
    );
    await close();

    const [failed, redriven] = byStart(receiver, 'execution order');
    const [redrive] = byStart(receiver, 'redrive');
    expect(redriven?.traceId).toBe(failed?.traceId);
    expect(redrive?.traceId).not.toBe(failed?.traceId);
    expect(redriven?.links).toEqual([redrive?.spanId]);
    expect(redriven?.attributes).toMatchObject({ 'millrace.run.cause': 'redrive' });
  });

  it('a nested execution is a part of the call that started it, inside the branch of a Parallel', async () => {
    const { app, receiver, close } = await openTracedApp();
    await app.start();
    const { executionId } = await app.executions.start({ machineId: 'parent', input: { id: 'A' } });
    await executionEnd(app, executionId);
    await close();

    const lines = drawOnlyTree(receiver);
    const places = lines.map((line) => line.trim());
    const depth = (name: string) => (lines[places.indexOf(name)] ?? '').search(/\S/);
    expect(depth('state Both')).toBe(4);
    expect(depth('state Left')).toBe(6);
    expect(depth('state Child')).toBe(6);
    expect(depth('execution order')).toBe(10);
    expect(depth('call charge')).toBe(14);
  });

  it('states of a Parallel that fails, is retried and caught end with it, and iterations are inside their Map', async () => {
    const { app, receiver, close } = await openTracedApp();
    await app.start();
    const { executionId } = await app.executions.start({ machineId: 'wide', input: [1, 2] });
    await executionEnd(app, executionId);
    await close();

    const lines = drawOnlyTree(receiver).filter((line) => !line.includes('commit'));
    expect(lines).toEqual([
      'enqueue wide',
      '  execution wide',
      '    state Split',
      '      state Break',
      '      state Rest',
      '  execution wide',
      // All in one transition, and so at the same time: by name.
      '    state Each',
      '      state One',
      '      state One',
      '    state Split',
      '      state Break',
      '      state Rest',
    ]);
    const states = receiver.spans.filter(({ name }) => name.startsWith('state '));
    const errors = new Map(states.map(({ name, error }) => [name, error]));
    expect(Object.fromEntries(errors)).toMatchObject({
      'state Split': null,
      'state Break': 'States.TaskFailed',
      'state Rest': 'States.TaskFailed',
      'state Each': null,
      'state One': null,
    });
    for (const { startedAt, endedAt } of states) expect(endedAt).toBeGreaterThanOrEqual(startedAt);
  });

  it('executions of a batch beyond the first thousand have traces of their own, linked to it', async () => {
    const { app, receiver, close } = await openTracedApp();
    await app.start();
    const items = Array.from({ length: 1_003 }, (_, index) => ({ id: String(index) }));
    const { id } = await app.batches.start('orders', { source: { kind: 'items', items } });
    await batchEnd(app, id);
    await close();

    const [start] = byStart(receiver, 'start batch orders');
    const runs = byStart(receiver, 'execution order');
    const own = byStart(receiver, 'create order');
    const fanOuts = byStart(receiver, 'fan out orders').map(({ spanId }) => spanId);
    expect(runs).toHaveLength(1_003);
    expect(own).toHaveLength(3);
    for (const { links, traceId } of own) {
      expect(fanOuts).toEqual(expect.arrayContaining([...links]));
      expect(traceId).not.toBe(start?.traceId);
    }
    const inBatch = runs.filter(({ traceId }) => traceId === start?.traceId);
    expect(inBatch).toHaveLength(1_000);
    expect(
      inBatch.every(({ attributes }) => Number(attributes['millrace.batch.index']) < 1_000),
    ).toBe(true);
  });

  it('nothing is recorded without an endpoint, and a caller’s traceparent is still kept', async () => {
    const { app, receiver, charging, logger, close } = await openTracedApp({ isTracing: false });
    const { store } = app.drivers;
    const { executionId } = await app.executions.start({
      machineId: 'order',
      input: { id: 'A' },
      traceparent: caller,
    });
    const { claimed } = await store.claim('other', 1_000, [executionId]);
    await store.endLease('other');
    await app.start();
    await executionEnd(app, executionId);
    await close();

    expect(claimed).toMatchObject([{ traceparent: caller }]);
    expect(receiver.spans).toEqual([]);
    expect(charging.contexts[0]).not.toHaveProperty('traceparent');
    expect(logger.entries.find(({ message }) => message === 'charging')?.fields).toEqual({
      id: 'A',
    });
  });

  it('a traceparent that is none is refused as an option', async () => {
    const { app } = await openTracedApp({ isTracing: false });
    const start = (traceparent: string) =>
      app.executions.start({ machineId: 'order', traceparent });

    for (const text of [
      '',
      '00-1-2-3',
      caller.toUpperCase(),
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    ]) {
      await expect(start(text)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});

function byStart({ spans }: OtlpReceiver, name: string) {
  return spans
    .filter((span) => span.name === name)
    .toSorted((one, other) => one.startedAt - other.startedAt);
}

/** What surrounds every invocation of a function: logs, metrics and the ends of executions. */
import { describe, expect, it } from 'vitest';
import { FunctionRuntime, flushEvents } from '../../lib/lambda/function-runtime.ts';
import { functionContext } from '../support/function-context.ts';
import { printedLines } from '../support/printed-lines.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

describe('FunctionRuntime', () => {
  it('log lines of an invocation have its request, its service and their ids', async () => {
    const lines = printedLines();
    const runtime = new FunctionRuntime({ env: { logLevel: 'info' } });
    const handler = runtime.handler(async (executionId: string) => {
      runtime.logger.debug('hidden');
      runtime.logger.info('shown', { executionId });
    });

    await handler('e-1', functionContext());

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'INFO',
      message: 'shown',
      executionId: 'e-1',
      function_request_id: 'request-1',
      service: expect.any(String),
      cold_start: expect.any(Boolean),
    });
  });

  it('an invocation that throws is logged, and its metrics are written', async () => {
    const lines = printedLines();
    const runtime = new FunctionRuntime({ env: {} });
    const handler = runtime.handler(async () => {
      runtime.metrics.count('claimed', 2, { queue: 'low' });
      throw new Error('out of reach');
    });

    await expect(handler(null, functionContext())).rejects.toThrow('out of reach');

    expect(lines).toMatchObject([
      { level: 'ERROR', message: 'invocation failed', error: 'out of reach' },
      { claimed: 2, queue: 'low' },
    ]);
  });
});

describe('flushEvents', () => {
  it('a slow event bus does not delay the response beyond the timeout', async () => {
    const clock = new SimulatedClock();
    const ends = { flush: () => new Promise<void>(() => {}) };
    const lambda = functionContext(() => 3_000);
    let isOver = false;
    const flushing = flushEvents({ ends, clock }, lambda).then(() => {
      isOver = true;
    });

    await clock.advance(2_400);
    expect(isOver).toBe(false);
    await clock.advance(100);

    await flushing;
    expect(isOver).toBe(true);
  });
});

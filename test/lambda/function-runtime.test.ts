/** Logs and metrics of the invocations of a function. */
import { describe, expect, it } from 'vitest';
import { FunctionRuntime } from '../../lib/lambda/function-runtime.ts';
import { functionContext } from '../support/function-context.ts';
import { printedLines } from '../support/printed-lines.ts';

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
      { millrace_executions_claimed_total: 2, queue: 'low' },
    ]);
  });
});

/** Metrics in the log, in CloudWatch's embedded metric format. */
import { describe, expect, it } from 'vitest';
import { PowertoolsMetrics } from '../../../lib/drivers/powertools/powertools-metrics.ts';
import { printedLines } from '../../support/printed-lines.ts';

describe('metrics in the log', () => {
  it('metrics have one line for each set of labels, with counters summed and gauges at their last value', () => {
    const lines = printedLines();
    const metrics = new PowertoolsMetrics();

    metrics.count('claimed', 2, { queue: 'low' });
    metrics.count('claimed', 3, { queue: 'low' });
    metrics.count('failed');
    metrics.gauge('batchesLed', 7);
    metrics.gauge('batchesLed', 5);
    metrics.observe('commitDuration', 0.01);
    metrics.observe('commitDuration', 0.02);
    metrics.publish();

    expect(lines).toMatchObject([
      { millrace_executions_claimed_total: 5, queue: 'low' },
      {
        millrace_executions_failed_total: 1,
        millrace_batches_led: 5,
        millrace_commit_duration_seconds: [0.01, 0.02],
      },
    ]);
    expect(lines[1]).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Dimensions: [['service']],
            Metrics: [
              { Name: 'millrace_executions_failed_total', Unit: 'Count' },
              { Name: 'millrace_batches_led', Unit: 'Count' },
              { Name: 'millrace_commit_duration_seconds', Unit: 'Seconds' },
            ],
          },
        ],
      },
    });
  });

  it('metrics are written once, and nothing is written without values', () => {
    const lines = printedLines();
    const metrics = new PowertoolsMetrics();

    metrics.publish();
    metrics.count('failed');
    metrics.publish();
    metrics.publish();

    expect(lines).toHaveLength(1);
  });

  it('metrics with more values than a line holds keep their dimensions on every line', () => {
    const lines = printedLines();
    const metrics = new PowertoolsMetrics();

    metrics.count('claimed', 1, { queue: 'low' });
    for (let size = 1; size <= 250; size += 1) metrics.observe('commitGroup', size);
    metrics.publish();

    const [claimed, ...groups] = lines;
    const values = groups.flatMap(({ millrace_commit_group_size }) => millrace_commit_group_size);
    expect(values).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(claimed).toMatchObject({ millrace_executions_claimed_total: 1, queue: 'low' });
    expect(groups.map(({ queue }) => queue)).toEqual([undefined, undefined, undefined]);
  });

  it('labels that are no dimensions are summed, and metrics not for CloudWatch are dropped', () => {
    const lines = printedLines();
    const metrics = new PowertoolsMetrics();

    metrics.count('ended', 1, { machine: 'orders', status: 'FAILED' });
    metrics.count('ended', 2, { machine: 'refunds', status: 'FAILED' });
    metrics.count('failed', 3, { error: 'CardServiceBusy' });
    metrics.observe('executionDuration', 5, { machine: 'orders' });
    metrics.count('taskCalls', 1, { outcome: 'succeeded' });
    metrics.publish();

    expect(lines).toMatchObject([
      { millrace_executions_ended_total: 3, status: 'FAILED' },
      { millrace_executions_failed_total: 3 },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/machine|error|duration|task_calls/);
  });
});

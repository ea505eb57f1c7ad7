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
    metrics.gauge('oldestRunnableMs', 7);
    metrics.gauge('oldestRunnableMs', 5);
    metrics.observe('commitMs', 10);
    metrics.observe('commitMs', 20);
    metrics.publish();

    expect(lines).toMatchObject([
      { claimed: 5, queue: 'low' },
      { failed: 1, oldestRunnableMs: 5, commitMs: [10, 20] },
    ]);
    expect(lines[1]).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Dimensions: [['service']],
            Metrics: [
              { Name: 'failed', Unit: 'Count' },
              { Name: 'oldestRunnableMs', Unit: 'Milliseconds' },
              { Name: 'commitMs', Unit: 'Milliseconds' },
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

    for (let ms = 1; ms <= 250; ms += 1) metrics.observe('commitMs', ms, { queue: 'low' });
    metrics.publish();

    const values = lines.flatMap(({ commitMs }) => commitMs);
    expect(values).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(lines.map(({ queue }) => queue)).toEqual(['low', 'low', 'low']);
  });
});

/** The app in a bundle: what the bundler inlines takes the place of files. */
import { describe, expect, it } from 'vitest';
import { inlineApp } from '../../lib/lambda/inline-app.ts';

const definition = { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } };
const config = {
  machines: { order: { definition: './order.asl.json', nonRetryableErrors: ['Hopeless'] } },
  batches: {
    nightly: { machine: 'order', source: { kind: 'csv', path: './orders.csv' } },
    chained: { machine: 'order', source: { kind: 'items', items: [1] } },
  },
  concurrency: 3,
} as const;
const files = { definitions: { order: definition }, sources: { nightly: 'sources/nightly/o.csv' } };

describe('an inlined app', () => {
  it('has the definitions themselves, and its files as objects of the bucket', () => {
    const { machines, batches, concurrency } = inlineApp(config, files, { bucket: 'reports' });

    expect(machines.order).toEqual({ definition, nonRetryableErrors: ['Hopeless'] });
    expect(batches?.nightly?.source).toEqual({
      kind: 'csv',
      path: 's3://reports/sources/nightly/o.csv',
    });
    expect(batches?.chained).toEqual(config.batches.chained);
    expect(concurrency).toBe(3);
  });

  it('is refused when it reads the bucket and the environment names none', () => {
    expect(() => inlineApp(config, files, {})).toThrow(/set MILLRACE_BUCKET to the bucket's name/);
  });

  it('needs no bucket when none of its batches reads a file', () => {
    const { batches } = inlineApp(config, { ...files, sources: {} }, {});

    expect(batches?.nightly?.source).toEqual(config.batches.nightly.source);
  });
});

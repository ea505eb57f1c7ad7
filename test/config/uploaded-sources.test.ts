/** Where a deployment to AWS puts the local files that batches read. */
import { describe, expect, it } from 'vitest';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { withUploadedSources } from '../../lib/config/uploaded-sources.ts';

const config: MillraceConfig = {
  machines: {},
  batches: {
    orders: { machine: 'order', source: { kind: 'csv', path: '/home/ada/orders.csv' } },
    stored: { machine: 'order', source: { kind: 'csv', path: 's3://other/orders.csv' } },
    few: { machine: 'order', source: { kind: 'items', items: [1] } },
  },
};

describe('withUploadedSources', () => {
  it('a batch that is started from a laptop reads the file that the deploy has uploaded', () => {
    const { batches } = withUploadedSources(config, 'app-bucket');

    expect(batches?.orders?.source).toEqual({
      kind: 'csv',
      path: 's3://app-bucket/sources/orders/orders.csv',
    });
    expect(batches?.stored).toEqual(config.batches?.stored);
    expect(batches?.few).toEqual(config.batches?.few);
  });

  it('a configuration without a bucket of a deployment keeps its local files', () => {
    expect(withUploadedSources(config, undefined)).toBe(config);
  });
});

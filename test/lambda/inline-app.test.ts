/** The configuration of an app in a bundle. */
import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../lib/asl/check-definition.ts';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { InvalidDefinition } from '../../lib/asl/validate/invalid-definition.ts';
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

describe('inlineApp', () => {
  it('an inlined app has definitions instead of paths, and objects instead of files', () => {
    const { machines, batches, concurrency } = inlineApp(config, files, { bucket: 'reports' });

    expect(machines.order).toEqual({ definition, nonRetryableErrors: ['Hopeless'] });
    expect(batches?.nightly?.source).toEqual({
      kind: 'csv',
      path: 's3://reports/sources/nightly/o.csv',
    });
    expect(batches?.chained).toEqual(config.batches.chained);
    expect(concurrency).toBe(3);
  });

  it('a definition of an inlined app is validated only as another type than it was bundled as', () => {
    const unknown = { StartAt: 'Done', States: { Done: { Type: 'Unknown' } } };
    const inlined = { ...files, definitions: { order: unknown } };
    const { machines } = inlineApp(config, inlined, { bucket: 'reports' });

    expect(checkDefinition(machines.order?.definition as JsonObject)).toBe(unknown);
    expect(() => checkDefinition(unknown, { type: 'EXPRESS' })).toThrow(InvalidDefinition);
    expect(() => checkDefinition({ ...unknown })).toThrow(InvalidDefinition);
  });

  it('an inlined app with an uploaded source needs a bucket in the environment', () => {
    expect(() => inlineApp(config, files, {})).toThrow(/set MILLRACE_BUCKET to the bucket's name/);
  });

  it('an inlined app without an uploaded source needs no bucket', () => {
    const { batches } = inlineApp(config, { ...files, sources: {} }, {});

    expect(batches?.nightly?.source).toEqual(config.batches.nightly.source);
  });
});

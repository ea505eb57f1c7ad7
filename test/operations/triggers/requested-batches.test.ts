/** The batches that an input of the leader requests, and their ids. */
import { describe, expect, it } from 'vitest';
import {
  matchesKey,
  requestedBatches,
} from '../../../lib/operations/triggers/requested-batches.ts';

const csv = { kind: 'csv', path: 'reports.csv', delimiter: ';' } as const;
const batches = {
  nightly: { machine: 'm', source: csv },
  incoming: { machine: 'm', source: csv, onObject: { prefix: 'in/', suffix: '.csv' } },
  every: { machine: 'm', source: csv, onObject: {} },
};
const object = { kind: 'object', bucket: 'b', key: 'in/a b.csv', version: '1' } as const;

describe('a batch requested by name', () => {
  const batchId = (id: string, batch = 'nightly') =>
    requestedBatches({ kind: 'batch', batch, id }, batches)[0]?.id;

  it('a requested batch keeps its id if that is a UUID', () => {
    const id = '9f0c2a4e-0000-4000-8000-00000000000a';
    expect(batchId(id)).toBe(id);
    expect(batchId(id.toUpperCase())).toBe(id);
  });

  it('a requested batch derives a stable id from any other text', () => {
    const id = batchId('2026-05-01T02:00:00Z');

    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
    expect(batchId('2026-05-01T02:00:00Z')).toBe(id);
    expect(batchId('2026-05-02T02:00:00Z')).not.toBe(id);
    expect(batchId('2026-05-01T02:00:00Z', 'every')).not.toBe(id);
  });
});

describe('a batch requested by its schedule', () => {
  it('the time at which a schedule was due is the date of its batch', () => {
    const request = { kind: 'batch', batch: 'nightly', id: '2026-05-01T02:00:00Z' } as const;

    const [scheduled] = requestedBatches(request, batches);
    const [event] = requestedBatches({ ...request, id: 'e-1' }, batches);

    expect(scheduled?.at).toBe(Date.UTC(2026, 4, 1, 2));
    expect(event).not.toHaveProperty('at');
  });
});

describe('a batch requested by a new object', () => {
  it('the prefix and the suffix of a key do not overlap, as in the rule of a deployment', () => {
    const onObject = { prefix: 'in/a.c', suffix: '.csv' };

    expect(['in/a.csv', 'in/a.c.csv'].map((key) => matchesKey(key, onObject))).toEqual([
      false,
      true,
    ]);
  });

  it('an object is the source of every batch whose prefix and suffix match', () => {
    const found = requestedBatches(object, batches);

    expect(found.map(({ name }) => name)).toEqual(['incoming', 'every']);
    expect(found[0]?.source).toEqual({ ...csv, path: 's3://b/in/a b.csv' });
    expect(requestedBatches({ ...object, key: 'out/a.csv' }, batches)).toMatchObject([
      { name: 'every' },
    ]);
  });

  it('an object requests the same batches each time, and others when it is replaced', () => {
    const ids = requestedBatches(object, batches).map(({ id }) => id);

    expect(new Set(ids).size).toBe(2);
    expect(requestedBatches(object, batches).map(({ id }) => id)).toEqual(ids);
    const replaced = requestedBatches({ ...object, version: '2' }, batches);
    expect(replaced.map(({ id }) => id)).not.toEqual(ids);
  });

  it('an object is refused as the source of a batch that reads no file', () => {
    const items = { machine: 'm', source: { kind: 'items', items: [1] }, onObject: {} } as const;
    expect(() => requestedBatches(object, { items })).toThrow(/'items' .*source with a path/);
  });
});

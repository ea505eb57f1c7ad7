/** What the leader function may be called with, read. */
import { describe, expect, it } from 'vitest';
import { readLeaderRequest, readTask, recordsOf } from '../../lib/lambda/leader-event.ts';

const requested = {
  ...{ version: '0', id: '9f0c2a4e-0000-4000-8000-000000000001', source: 'my.app' },
  'detail-type': 'millrace.batch.requested',
  detail: { batch: 'nightly' },
};

const objectCreated = {
  ...{ version: '0', id: '1', source: 'aws.s3', 'detail-type': 'Object Created' },
  detail: {
    bucket: { name: 'reports' },
    object: { key: 'in/a b+c%20.csv', size: 5, etag: 'e1', sequencer: '0062' },
    reason: 'PutObject',
  },
};

describe('what the leader is called with', () => {
  it.each([
    { kind: 'tick' },
    { kind: 'batch', batch: 'nightly', id: '2026-05-01T02:00:00Z' },
    { kind: 'continue', predecessor: 'l1' },
    { kind: 'continue', predecessor: 'l1', pausedMs: 4_000 },
  ])('may be the order $kind, from a schedule or by its queue', (order) => {
    expect(readTask(order)).toEqual(order);
    expect(readLeaderRequest({ messageId: 'm', body: JSON.stringify(order) })).toEqual(order);
  });

  it('may be a request on the bus, whose event names the batch when it does not itself', () => {
    expect(readTask(requested)).toEqual({ kind: 'batch', batch: 'nightly', id: requested.id });
    const named = { ...requested, detail: { batch: 'nightly', id: 'mine' } };
    expect(readTask(named)).toEqual({ kind: 'batch', batch: 'nightly', id: 'mine' });
  });

  it('may be an object of S3, its key taken letter for letter', () => {
    expect(readTask(objectCreated)).toEqual({
      ...{ kind: 'object', bucket: 'reports', key: 'in/a b+c%20.csv', version: '0062' },
    });
  });

  it('may be messages of its queue, and is no event of a queue otherwise', () => {
    const event = { Records: [{ messageId: 'm1', body: '{}', receiptHandle: 'r' }] };
    expect(recordsOf(event)).toEqual([{ messageId: 'm1', body: '{}' }]);
    expect(recordsOf({ kind: 'tick' })).toBeNull();
  });

  it.each([
    { kind: 'sweep' },
    { kind: 'batch', batch: 'nightly' },
    { ...requested, detail: { name: 'nightly' } },
    { ...objectCreated, 'detail-type': 'Object Deleted' },
    'tick',
    null,
    undefined,
  ])('is refused when it is %j, with what was expected', (event) => {
    expect(() => readTask(event)).toThrow(/is called with \{"kind":"tick"\}.*found .*correct/s);
  });

  it('is refused when a message is no JSON', () => {
    expect(() => readLeaderRequest({ messageId: 'm', body: 'tick!' })).toThrow(
      /found tick!: correct/,
    );
  });
});

/** The events of the leader function. */
import { describe, expect, it } from 'vitest';
import {
  findLeaderMessages,
  readLeaderInput,
  readLeaderMessage,
} from '../../lib/lambda/leader-event.ts';

const requested = {
  version: '0',
  id: '9f0c2a4e-0000-4000-8000-000000000001',
  source: 'my.app',
  'detail-type': 'millrace.batch.requested',
  detail: { batch: 'nightly' },
};

const objectCreated = {
  version: '0',
  id: '1',
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: {
    bucket: { name: 'reports' },
    object: { key: 'in/a b+c%20.csv', size: 5, etag: 'e1', sequencer: '0062' },
    reason: 'PutObject',
  },
};

describe('readLeaderInput', () => {
  it.each([
    { kind: 'tick' },
    { kind: 'batch', batch: 'nightly', id: '2026-05-01T02:00:00Z' },
    { kind: 'continue', predecessor: 'l1' },
    { kind: 'continue', predecessor: 'l1', pausedMs: 4_000 },
  ])('a request $kind to the leader is read from a schedule or from its queue', (request) => {
    expect(readLeaderInput(request)).toEqual(request);
    expect(readLeaderMessage({ messageId: 'm', body: JSON.stringify(request) })).toEqual(request);
  });

  it('a batch requested on the bus without an id gets the id of the event', () => {
    expect(readLeaderInput(requested)).toEqual({
      kind: 'batch',
      batch: 'nightly',
      id: requested.id,
    });
    const named = { ...requested, detail: { batch: 'nightly', id: 'mine' } };
    expect(readLeaderInput(named)).toEqual({ kind: 'batch', batch: 'nightly', id: 'mine' });
  });

  it('the key of a created object is not decoded', () => {
    expect(readLeaderInput(objectCreated)).toEqual({
      kind: 'object',
      bucket: 'reports',
      key: 'in/a b+c%20.csv',
      version: '0062',
    });
  });

  it('only an event of the queue has messages of the leader', () => {
    const event = { Records: [{ messageId: 'm1', body: '{}', receiptHandle: 'r' }] };
    expect(findLeaderMessages(event)).toEqual([{ messageId: 'm1', body: '{}' }]);
    expect(findLeaderMessages({ kind: 'tick' })).toBeNull();
  });

  it.each([
    { kind: 'sweep' },
    { kind: 'batch', batch: 'nightly' },
    { ...requested, detail: { name: 'nightly' } },
    { ...objectCreated, 'detail-type': 'Object Deleted' },
    'tick',
    null,
    undefined,
  ])('the leader refuses the event %j with what was expected', (event) => {
    expect(() => readLeaderInput(event)).toThrow(/expects \{"kind":"tick"\}.*found .*correct/s);
  });

  it('the leader refuses a message that is not JSON', () => {
    expect(() => readLeaderMessage({ messageId: 'm', body: 'tick!' })).toThrow(
      /found tick!: correct/,
    );
  });
});

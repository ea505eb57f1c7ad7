/** What messages of a queue say about new objects. */
import { describe, expect, it } from 'vitest';
import { readQueuedEvents } from '../../../lib/config/triggers/queued-events.ts';

const record = (eventName: string, object: object) => ({
  eventName,
  s3: { bucket: { name: 'inbox' }, object },
});
const found = { kind: 'object', bucket: 'inbox', key: 'in/a b+ü.csv', version: 's1' };
const notification = JSON.stringify({
  Records: [
    record('ObjectCreated:Put', { key: 'in/a+b%2B%C3%BC.csv', sequencer: 's1', eTag: 'e' }),
    record('ObjectRemoved:Delete', { key: 'in/a.csv', sequencer: 's2' }),
  ],
});

describe('messages about objects', () => {
  it('a notification of S3 is read with the key that the object has', () => {
    expect(readQueuedEvents(notification)).toEqual([found]);
  });

  it('a notification that SNS passes on is read', () => {
    const envelope = JSON.stringify({ Type: 'Notification', Message: notification });
    expect(readQueuedEvents(envelope)).toEqual([found]);
  });

  it('an event of EventBridge is read, with its key as it is', () => {
    const event = {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'inbox' }, object: { key: 'in/a b+ü.csv', sequencer: 's1' } },
    };
    expect(readQueuedEvents(JSON.stringify(event))).toEqual([found]);
  });

  it('the test of S3, and events of other types, start nothing', () => {
    const test = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'inbox' });
    const other = JSON.stringify({ source: 'aws.ec2', 'detail-type': 'State change', detail: {} });
    expect([test, other].map(readQueuedEvents)).toEqual([[], []]);
  });

  it.each(['hello', '{}', '[1]', 'null'])('the message %j is refused', (body) => {
    expect(() => readQueuedEvents(body)).toThrow(/expects notifications of S3/);
  });
});

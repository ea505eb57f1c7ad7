/** Messages as Lambda hands them to a function. */
import { describe, expect, it } from 'vitest';
import {
  deadLetterOfRecord,
  deliveryOfRecord,
  queueNameOf,
} from '../../../lib/drivers/sqs/sqs-record.ts';

const record = {
  messageId: 'm-1',
  receiptHandle: 'handle==',
  body: '{"a":1}',
  attributes: { ApproximateReceiveCount: '3', SentTimestamp: '1700000000000' },
  messageAttributes: {
    id: { stringValue: 'task-1' },
    group: { stringValue: 'batch-1' },
    blob: { binaryValue: 'AA==' },
  },
  eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:app-default',
};

describe('a record of a function', () => {
  it('is the delivery that a receive would have made of it', () => {
    expect(deliveryOfRecord('default', record)).toEqual({
      queue: 'default',
      id: 'task-1',
      body: '{"a":1}',
      groupId: 'batch-1',
      receipt: 'live handle==',
      deliveries: 3,
      sentAt: 1_700_000_000_000,
    });
  });

  it('that somebody else has sent is named by the id that SQS gave it', () => {
    expect(deliveryOfRecord('default', { ...record, messageAttributes: {} })).toMatchObject({
      id: 'm-1',
      groupId: null,
    });
  });

  it('among the dead letters tells why it died, or that it was received too often', () => {
    const messageAttributes = {
      ...record.messageAttributes,
      reason: { stringValue: 'no task' },
      deliveries: { stringValue: '7' },
      sentAt: { stringValue: '1600000000000' },
    };

    expect(deadLetterOfRecord('default', { ...record, messageAttributes })).toMatchObject({
      reason: 'no task',
      receipt: 'dead handle==',
      deliveries: 7,
      sentAt: 1_600_000_000_000,
    });
    expect(deadLetterOfRecord('default', record)).toMatchObject({
      reason: 'maxReceiveCount',
      deliveries: 3,
    });
  });

  it('tells by its ARN which queue of AWS it comes from', () => {
    expect(queueNameOf(record)).toBe('app-default');
  });
});

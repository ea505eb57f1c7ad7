/** SQS messages of a Lambda event. */
import { describe, expect, it } from 'vitest';
import {
  parseDeadLetterRecord,
  parseDeliveryRecord,
  parseQueueName,
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
  it('a record becomes the same delivery as a received message', () => {
    expect(parseDeliveryRecord('default', record)).toEqual({
      queue: 'default',
      id: 'task-1',
      body: '{"a":1}',
      groupId: 'batch-1',
      receipt: 'live handle==',
      deliveries: 3,
      sentAt: 1_700_000_000_000,
    });
  });

  it('a record of another sender has the id of SQS', () => {
    expect(parseDeliveryRecord('default', { ...record, messageAttributes: {} })).toMatchObject({
      id: 'm-1',
      groupId: null,
    });
  });

  it('a record of a dead letter has its reason, or maxReceiveCount', () => {
    const messageAttributes = {
      ...record.messageAttributes,
      reason: { stringValue: 'no task' },
      deliveries: { stringValue: '7' },
      sentAt: { stringValue: '1600000000000' },
    };

    expect(parseDeadLetterRecord('default', { ...record, messageAttributes })).toMatchObject({
      reason: 'no task',
      receipt: 'dead handle==',
      deliveries: 7,
      sentAt: 1_600_000_000_000,
    });
    expect(parseDeadLetterRecord('default', record)).toMatchObject({
      reason: 'maxReceiveCount',
      deliveries: 3,
    });
  });

  it('the queue name of a record comes from its ARN', () => {
    expect(parseQueueName(record)).toBe('app-default');
  });
});

/** Splitting batches into calls of SQS, and the size of messages. */
import { describe, expect, it } from 'vitest';
import {
  measureEntry,
  toDeadLetterEntry,
  toSqsEntry,
} from '../../../lib/drivers/sqs/sqs-message.ts';
import { batchCallLimits, mapConcurrently, toPages } from '../../../lib/drivers/sqs/sqs-pages.ts';
import { brokerLimits } from '../../../lib/ports/broker.ts';
import fc from '../../support/properties.ts';

const size = fc.oneof(
  fc.nat(batchCallLimits.bytesMax),
  fc.nat(300),
  fc.constantFrom(
    0,
    batchCallLimits.bytesMax / 2,
    batchCallLimits.bytesMax,
    batchCallLimits.bytesMax + 1,
  ),
);

function bytesIn(page: readonly number[]): number {
  return page.reduce((sum, bytes) => sum + bytes, 0);
}

describe('pages', () => {
  it('pages hold every item once, in order, within the limits, in as few pages as order allows', () => {
    fc.assert(
      fc.property(fc.array(size, { maxLength: 60 }), (sizes) => {
        const pages = toPages(sizes, (bytes) => bytes);

        expect(pages.flat()).toEqual(sizes);
        for (const [index, page] of pages.entries()) {
          expect(page.length).toBeGreaterThan(0);
          expect(page.length).toBeLessThanOrEqual(batchCallLimits.entriesMax);
          if (page.length > 1) expect(bytesIn(page)).toBeLessThanOrEqual(batchCallLimits.bytesMax);
          const [next] = pages[index + 1] ?? [];
          if (next === undefined || page.length === batchCallLimits.entriesMax) continue;
          expect(bytesIn(page) + next).toBeGreaterThan(batchCallLimits.bytesMax);
        }
      }),
    );
  });

  it('pages are processed concurrently within a limit, with results in order', async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrently([...Array(50).keys()], async (item) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return item;
    });

    expect(results).toEqual([...Array(50).keys()]);
    expect(most).toBe(8);
  });
});

describe('the size of a message', () => {
  const body = 'é'.repeat(brokerLimits.bodyBytesMax / 2);
  const id = 'i'.repeat(80);
  const groupId = 'g'.repeat(128);

  it('a message is within 1 MiB with the longest id, group and reason', () => {
    const sent = toSqsEntry({ id, body, groupId });
    const delivery = { queue: 'q', id, body, groupId, receipt: 'live x' };
    const counts = { deliveries: 1_000, sentAt: 9_999_999_999_999 };
    const dead = toDeadLetterEntry({ ...delivery, ...counts }, '🚂'.repeat(1_000));

    expect(measureEntry(sent)).toBeGreaterThan(brokerLimits.bodyBytesMax);
    expect(measureEntry(dead)).toBeGreaterThan(measureEntry(sent));
    expect(measureEntry(dead)).toBeLessThanOrEqual(batchCallLimits.bytesMax);
  });

  it('the size of a message includes names, types and values of attributes', () => {
    expect(measureEntry(toSqsEntry({ id: 'abc', body: '"é"' }))).toBe(4 + 'idStringabc'.length);
  });
});

describe('the reason of a dead letter', () => {
  const delivery = {
    queue: 'q',
    id: 'a',
    body: '1',
    groupId: null,
    receipt: 'live x',
    deliveries: 1,
    sentAt: 0,
  };

  function sendReason(reason: string): string {
    return toDeadLetterEntry(delivery, reason).MessageAttributes.reason?.StringValue ?? '';
  }

  it('a long reason is cut between characters, with an ellipsis', () => {
    const reason = sendReason('é'.repeat(1_000));

    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(500);
    expect(reason).toMatch(/^é+…$/);
  });

  it('a reason has no character that SQS refuses, and is never empty', () => {
    expect(sendReason('a\u0000b\ud800')).toBe('a\uFFFDb\uFFFD');
    expect(sendReason('')).toBe('unknown');
  });
});

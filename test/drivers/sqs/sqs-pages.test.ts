/** How batches are cut into the calls of SQS, and what is counted for their size. */
import { describe, expect, it } from 'vitest';
import { bytesOf, deadEntryOf, entryOf } from '../../../lib/drivers/sqs/sqs-message.ts';
import { atOnce, pageLimits, pagesOf } from '../../../lib/drivers/sqs/sqs-pages.ts';
import { brokerLimits } from '../../../lib/ports/broker.ts';
import fc from '../../support/properties.ts';

const size = fc.oneof(
  fc.nat(pageLimits.bytesMax),
  fc.nat(300),
  fc.constantFrom(0, pageLimits.bytesMax / 2, pageLimits.bytesMax, pageLimits.bytesMax + 1),
);

function bytesIn(page: readonly number[]): number {
  return page.reduce((sum, bytes) => sum + bytes, 0);
}

describe('pages', () => {
  it('hold every item once, in order, within ten and 1 MiB, and are as few as order allows', () => {
    fc.assert(
      fc.property(fc.array(size, { maxLength: 60 }), (sizes) => {
        const pages = pagesOf(sizes, (bytes) => bytes);

        expect(pages.flat()).toEqual(sizes);
        for (const [index, page] of pages.entries()) {
          expect(page.length).toBeGreaterThan(0);
          expect(page.length).toBeLessThanOrEqual(pageLimits.entriesMax);
          if (page.length > 1) expect(bytesIn(page)).toBeLessThanOrEqual(pageLimits.bytesMax);
          const [next] = pages[index + 1] ?? [];
          if (next === undefined || page.length === pageLimits.entriesMax) continue;
          expect(bytesIn(page) + next).toBeGreaterThan(pageLimits.bytesMax);
        }
      }),
    );
  });

  it('are made at the same time within a bound, and their results stay in order', async () => {
    let running = 0;
    let most = 0;
    const results = await atOnce([...Array(50).keys()], async (item) => {
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

  it('is within 1 MiB however long its id, its group and the reason of its death are', () => {
    const sent = entryOf({ id, body, groupId });
    const delivery = { queue: 'q', id, body, groupId, receipt: 'live x' };
    const counts = { deliveries: 1_000, sentAt: 9_999_999_999_999 };
    const dead = deadEntryOf({ ...delivery, ...counts }, '🚂'.repeat(1_000));

    expect(bytesOf(sent)).toBeGreaterThan(brokerLimits.bodyBytesMax);
    expect(bytesOf(dead)).toBeGreaterThan(bytesOf(sent));
    expect(bytesOf(dead)).toBeLessThanOrEqual(pageLimits.bytesMax);
  });

  it('counts names, types and values of attributes', () => {
    expect(bytesOf(entryOf({ id: 'abc', body: '"é"' }))).toBe(4 + 'idStringabc'.length);
  });
});

describe('the reason of a death', () => {
  const delivery = {
    queue: 'q',
    id: 'a',
    body: '1',
    groupId: null,
    receipt: 'live x',
    deliveries: 1,
    sentAt: 0,
  };

  function reasonOf(reason: string): string {
    return deadEntryOf(delivery, reason).MessageAttributes.reason?.StringValue ?? '';
  }

  it('is cut between characters, and says so', () => {
    const reason = reasonOf('é'.repeat(1_000));

    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(500);
    expect(reason).toMatch(/^é+…$/);
  });

  it('has no character that SQS refuses, and is never empty', () => {
    expect(reasonOf('a\u0000b\ud800')).toBe('a\uFFFDb\uFFFD');
    expect(reasonOf('')).toBe('unknown');
  });
});

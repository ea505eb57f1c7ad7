/** Splitting a send into calls. */
import { describe, expect, it } from 'vitest';
import { sendPageLimits, toSendPages } from '../../../lib/drivers/redis/script-calls.ts';
import type { TaskMessage } from '../../../lib/ports/broker.ts';
import { messages } from '../../contracts/broker/broker-harness.ts';

function countMessages(outgoing: readonly TaskMessage[]): number[] {
  return [...toSendPages(outgoing)].map(({ count }) => count);
}

describe('the pages of a send', () => {
  it('a page has as many messages as one call may take', () => {
    const { messages: most } = sendPageLimits;

    expect(countMessages(messages(0))).toEqual([]);
    expect(countMessages(messages(most))).toEqual([most]);
    expect(countMessages(messages(2 * most + 1))).toEqual([most, most, 1]);
  });

  it('a page ends before it is too large, and has at least one message', () => {
    const half = 'x'.repeat(sendPageLimits.characters / 2);
    const whole = 'x'.repeat(sendPageLimits.characters + 1);

    expect(countMessages(messages(5, { body: half }))).toEqual([2, 2, 1]);
    expect(countMessages(messages(2, { body: whole }))).toEqual([1, 1]);
  });

  it('a page names the group and the delay once for consecutive messages that share them', () => {
    const outgoing = [
      ...messages(2, { prefix: 'a', body: '1', groupId: 'g' }),
      ...messages(1, { prefix: 'b', body: '2', groupId: 'g', delayMs: 50 }),
      ...messages(1, { prefix: 'c', body: '3' }),
    ];

    const args = [...toSendPages(outgoing)].map((page) => page.args);

    expect(args).toEqual([['g', 0, 2, 'a-0 1', 'a-1 1', 'g', 50, 1, 'b-0 2', '', 0, 1, 'c-0 3']]);
  });
});

/** How a send is cut into calls. */
import { describe, expect, it } from 'vitest';
import { pageLimits, pagesOf } from '../../../lib/drivers/redis/outgoing-pages.ts';
import type { OutgoingMessage } from '../../../lib/ports/broker.ts';
import { messages } from '../../contracts/broker/broker-harness.ts';

function countsOf(outgoing: readonly OutgoingMessage[]): number[] {
  return [...pagesOf(outgoing)].map(({ count }) => count);
}

describe('the pages of a send', () => {
  it('have as many messages as one call may take', () => {
    const { messages: most } = pageLimits;

    expect(countsOf(messages(0))).toEqual([]);
    expect(countsOf(messages(most))).toEqual([most]);
    expect(countsOf(messages(2 * most + 1))).toEqual([most, most, 1]);
  });

  it('end before they grow too large, and have one message at least', () => {
    const half = 'x'.repeat(pageLimits.characters / 2);
    const whole = 'x'.repeat(pageLimits.characters + 1);

    expect(countsOf(messages(5, { body: half }))).toEqual([2, 2, 1]);
    expect(countsOf(messages(2, { body: whole }))).toEqual([1, 1]);
  });

  it('say once what messages in a row have in common', () => {
    const outgoing = [
      ...messages(2, { prefix: 'a', body: '1', groupId: 'g' }),
      ...messages(1, { prefix: 'b', body: '2', groupId: 'g', delayMs: 50 }),
      ...messages(1, { prefix: 'c', body: '3' }),
    ];

    const args = [...pagesOf(outgoing)].map((page) => page.args);

    expect(args).toEqual([['g', 0, 2, 'a-0 1', 'a-1 1', 'g', 50, 1, 'b-0 2', '', 0, 1, 'c-0 3']]);
  });
});

/** Tokens of what a caller has seen, and the topics that they are about. */
import { describe, expect, it } from 'vitest';
import { changedSince, toLiveToken } from '../../../lib/operations/deployment/live-changes.ts';
import { parseTopics } from '../../../lib/operations/deployment/live-topics.ts';

describe('a token', () => {
  const seen = new Map([
    ['overview', 'a'],
    ['batch:b', 'b'],
  ]);
  const token = toLiveToken(seen);

  it('a token names what has changed, in whatever order topics are asked for', () => {
    const now = new Map([
      ['batch:b', 'b2'],
      ['overview', 'a'],
    ]);

    expect(changedSince(seen, token)).toEqual([]);
    expect(changedSince(now, token)).toEqual(['batch:b']);
  });

  it('a topic that a token does not know counts as changed', () => {
    expect(changedSince(new Map([...seen, ['orders', '']]), token)).toEqual(['orders']);
  });

  it('everything has changed for a caller without a token, or with a wrong one', () => {
    const all = ['overview', 'batch:b'];

    expect(changedSince(seen, undefined)).toEqual(all);
    expect(changedSince(seen, 'no token!')).toEqual(all);
    expect(changedSince(seen, token.slice(0, 3))).toEqual(all);
  });
});

describe('topics', () => {
  it('topics are read with their ids, in which a comma may be written', () => {
    expect([...parseTopics('overview,batch:a%2Cb,execution:id,execution:order:A:7')]).toEqual([
      ['overview', { kind: 'overview' }],
      ['batch:a%2Cb', { kind: 'batch', id: 'a,b' }],
      ['execution:id', { kind: 'execution', id: 'id' }],
      ['execution:order:A:7', { kind: 'execution', machineId: 'order:A', name: '7' }],
    ]);
  });

  it('a text that is no topic is refused', () => {
    for (const text of ['', 'weather', 'batch:', 'execution', 'overview:1', 'overview,']) {
      expect(() => parseTopics(text)).toThrow(/topics: expected overview/);
    }
  });
});

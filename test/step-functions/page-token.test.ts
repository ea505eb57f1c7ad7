/** Tokens of pages: what they are bound to, and how long. */
import { describe, expect, it } from 'vitest';
import { PageTokens, pageTokenKey } from '../../lib/step-functions/page-token.ts';
import { refusedBy } from './refused-by.ts';

const hourMs = 3_600_000;
const subject = { operation: 'ListExecutions', members: { stateMachineArn: 'arn:a' } };

function openTokens(secret = 's') {
  const clock = { now: 1_000 };
  return { clock, tokens: new PageTokens({ key: pageTokenKey([secret]), now: () => clock.now }) };
}

describe('a page token', () => {
  it('a token holds its cursor for the same arguments, whatever the size of the page', () => {
    const { tokens } = openTokens();

    const token = tokens.write(
      { ...subject, members: { ...subject.members, maxResults: 10 } },
      'c',
    );

    const later = { ...subject.members, maxResults: 3, nextToken: token };
    expect(tokens.read({ ...subject, members: later }, token)).toBe('c');
    expect(openTokens().tokens.read(subject, token)).toBe('c');
  });

  it.each([
    ['another operation', { ...subject, operation: 'ListMapRuns' }],
    ['another argument', { ...subject, members: { stateMachineArn: 'arn:b' } }],
    ['one more argument', { ...subject, members: { ...subject.members, statusFilter: 'FAILED' } }],
  ])('a token of %s is refused', (_, other) => {
    const { tokens } = openTokens();

    const token = tokens.write(subject, 'c');

    expect(refusedBy(() => tokens.read(other, token))).toMatch(/^InvalidToken: /);
  });

  it('a token that was changed, cut or made with another key is refused', () => {
    const { tokens } = openTokens();
    const token = tokens.write(subject, 'c');
    const [content, signature] = token.split('.');
    const forged = Buffer.from('[9e15,"d"]').toString('base64url');

    const others = [
      `${forged}.${signature}`,
      `${content}.`,
      `${content}`,
      '',
      'x',
      '..',
      `${content}.${signature}AAAA`,
      openTokens('other').tokens.write(subject, 'c'),
    ];

    for (const other of others) {
      expect(refusedBy(() => tokens.read(subject, other))).toMatch(/^InvalidToken: /);
    }
  });

  it('a token is good for a day', () => {
    const { tokens, clock } = openTokens();
    const token = tokens.write(subject, 'c');

    clock.now += 24 * hourMs;
    expect(tokens.read(subject, token)).toBe('c');
    clock.now += 1;
    expect(refusedBy(() => tokens.read(subject, token))).toMatch(/^InvalidToken: /);
  });
});

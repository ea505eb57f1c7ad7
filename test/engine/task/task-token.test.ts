/** The text of task tokens. */
import { describe, expect, it } from 'vitest';
import { defaultScope } from '../../../lib/engine/arn/aws-scope.ts';
import { toExecutionArn } from '../../../lib/engine/arn/make-arn.ts';
import { readTaskToken, writeTaskToken } from '../../../lib/engine/task/task-token.ts';
import fc from '../../support/properties.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const toHexadecimal = (words: readonly number[]) =>
  words.map((each) => each.toString(16).padStart(8, '0')).join('');
const tokens = fc.record({
  executionArn: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
  command: fc.tuple(fc.nat(), fc.nat()).map(([entered, attempt]) => `${entered}:${attempt}`),
  nonce: fc.array(word, { minLength: 4, maxLength: 4 }).map(toHexadecimal),
});

describe('a task token', () => {
  it('a task token survives writing and reading', () => {
    fc.assert(
      fc.property(tokens, (token) => {
        expect(readTaskToken(writeTaskToken(token))).toEqual(token);
      }),
    );
  });

  it('a task token has only characters that need no escaping in a shell or a URL', () => {
    const executionArn = toExecutionArn(defaultScope, 'bestellungen-ü', 'n');
    const token = { executionArn, command: '12:0', nonce: '80'.repeat(16) };

    expect(writeTaskToken(token)).toMatch(/^[A-Za-z0-9_.-]+$/);
  });

  it('a malformed task token is not read', () => {
    const good = writeTaskToken({ executionArn: 'a', command: '1:0', nonce: '0'.repeat(32) });

    for (const text of ['', 'x', '!.1-0.00', `${good}0`, good.slice(1, -1), 'YQ.1-0.', good + good])
      expect(readTaskToken(text), text).toBeUndefined();
    expect(readTaskToken(`____.1-0.${'0'.repeat(32)}`), 'not UTF-8').toBeUndefined();
    expect(readTaskToken(good.replace(/^/, 'Y'.repeat(2_048))), 'too long').toBeUndefined();
  });
});

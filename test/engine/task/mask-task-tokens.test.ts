/** Masked task tokens: nothing else in a text changes. */
import { describe, expect, it } from 'vitest';
import { defaultScope } from '../../../lib/engine/arn/aws-scope.ts';
import { toExecutionArn } from '../../../lib/engine/arn/make-arn.ts';
import { maskTaskTokens } from '../../../lib/engine/task/mask-task-tokens.ts';
import { writeTaskToken } from '../../../lib/engine/task/task-token.ts';

const token = writeTaskToken({
  executionArn: toExecutionArn(defaultScope, 'order', 'A-7'),
  command: '12:0',
  nonce: '0123456789abcdef0123456789abcdef',
});

describe('maskTaskTokens', () => {
  it('every token in a text is masked, also in JSON inside of JSON', () => {
    const parameters = JSON.stringify({ Token: token, n: 1.5 });
    const text = JSON.stringify({ parameters, other: `${token} ${token}` });

    const masked = maskTaskTokens(text);

    expect(masked).not.toContain(token);
    expect(JSON.parse(JSON.parse(masked).parameters)).toEqual({ Token: '[task token]', n: 1.5 });
    expect(JSON.parse(masked).other).toBe('[task token] [task token]');
  });

  it('a text without a token is returned as it is', () => {
    for (const text of ['', '1.2-3', `a.1-2.${'0'.repeat(32)}`, 'file.1-2.txt', '"é"']) {
      expect(maskTaskTokens(text)).toBe(text);
    }
  });

  it('a very long text is masked in linear time', () => {
    const text = `${'A'.repeat(3_000_000)}.1-2.${'0'.repeat(31)} ${token}`;

    expect(maskTaskTokens(text).endsWith(' [task token]')).toBe(true);
  });
});

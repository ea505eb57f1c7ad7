/** Files of access keys: what they mean, and how a faulty one is refused. */
import { describe, expect, it } from 'vitest';
import { parseAccessKeys } from '../../lib/step-functions/access-keys.ts';

describe('a file of access keys', () => {
  it('a key has its id for a name, and may change things, unless it says otherwise', () => {
    const text = JSON.stringify([
      { accessKeyId: 'A', secretAccessKey: 's' },
      { accessKeyId: 'B', secretAccessKey: 't', name: 'viewer', readOnly: true },
    ]);

    expect(parseAccessKeys(text, 'keys')).toEqual([
      { accessKeyId: 'A', secretAccessKey: 's', name: 'A', readOnly: false },
      { accessKeyId: 'B', secretAccessKey: 't', name: 'viewer', readOnly: true },
    ]);
  });

  it.each([
    ['not JSON', 'top-secret', 'expected a JSON list'],
    ['no list', '{"accessKeyId":"top-secret"}', 'expected a JSON list'],
    ['an empty list', '[]', 'expected at least one key'],
    [
      'a key without a secret',
      '[{"accessKeyId":"top-secret"}]',
      'key 0: expected a secretAccessKey',
    ],
    [
      'a misspelt member',
      '[{"accessKeyId":"A","secretAccessKey":"top-secret","readonly":true}]',
      "key 0: unknown member 'readonly'",
    ],
    [
      'an id twice',
      '[{"accessKeyId":"A","secretAccessKey":"top-secret"},{"accessKeyId":"A","secretAccessKey":"x"}]',
      'expected each accessKeyId once',
    ],
  ])('%s is refused with a sentence that holds no secret', (_, text, problem) => {
    expect(() => parseAccessKeys(text, 'keys.json')).toThrow(problem);
    expect(() => parseAccessKeys(text, 'keys.json')).not.toThrow('top-secret');
  });
});

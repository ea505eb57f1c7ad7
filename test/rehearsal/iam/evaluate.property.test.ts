/** What holds of IAM's decisions, whatever the policies say. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../rehearsal/iam/evaluate.ts';
import type { Statement } from '../../../rehearsal/iam/statement.ts';
import { matchesWildcard } from '../../../rehearsal/iam/wildcard.ts';
import { send } from '../../support/access.ts';
import fc from '../../support/properties.ts';

const patterns = ['*', 'sqs:*', 'sqs:Send*', 'sqs:SendMessage', 's3:GetObject'];
const resources = ['*', 'arn:aws:sqs:*', send.resource, 'arn:aws:sqs:us-east-1:0:other'];

const matcher = (values: readonly string[]) =>
  fc.record({
    patterns: fc.subarray([...values], { minLength: 1 }),
    negated: fc.boolean(),
  });

const statement = (effect: 'Allow' | 'Deny'): fc.Arbitrary<Statement> =>
  fc.record({
    source: fc.constant('a'),
    owner: fc.constant('a'),
    effect: fc.constant(effect),
    actions: matcher(patterns),
    resources: matcher(resources),
    principals: fc.constant({ aws: ['*'], services: [], negated: false }),
    conditions: fc.constant([]),
  });

const policy = fc.array(fc.oneof(statement('Allow'), statement('Deny')), { maxLength: 4 });

describe('a decision', () => {
  it('never turns into an allow by one more deny', () => {
    fc.assert(
      fc.property(policy, policy, statement('Deny'), (identity, resource, more) => {
        const before = evaluate(send, { identity, resource });
        const after = [
          evaluate(send, { identity: [...identity, more], resource }),
          evaluate(send, { identity, resource: [...resource, more] }),
        ];

        if (!before.allowed) expect(after.map(({ allowed }) => allowed)).toEqual([false, false]);
      }),
    );
  });

  it('never turns into a denial by one more allow', () => {
    fc.assert(
      fc.property(policy, policy, statement('Allow'), (identity, resource, more) => {
        const before = evaluate(send, { identity, resource });
        const after = [
          evaluate(send, { identity: [...identity, more], resource }),
          evaluate(send, { identity, resource: [...resource, more] }),
        ];

        if (before.allowed) expect(after.map(({ allowed }) => allowed)).toEqual([true, true]);
      }),
    );
  });

  it('names a statement that has its effect', () => {
    fc.assert(
      fc.property(policy, policy, (identity, resource) => {
        const decision = evaluate(send, { identity, resource });

        if (decision.by) expect(decision.by.effect).toBe(decision.allowed ? 'Allow' : 'Deny');
        else expect(decision.allowed).toBe(false);
      }),
    );
  });
});

describe('a wildcard', () => {
  it('matches every text that its parts are put together to', () => {
    const part = fc.string({ maxLength: 5 }).filter((text) => !/[*?]/.test(text));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), fc.array(part), (parts, fillers) => {
        const text = parts.reduce((whole, each, index) => `${whole}${fillers[index] ?? ''}${each}`);

        expect(matchesWildcard(parts.join('*'), text)).toBe(true);
        expect(matchesWildcard(text.replaceAll(/./gsu, '?'), text)).toBe(true);
      }),
    );
  });

  it('without wildcards in it matches itself alone', () => {
    const plain = fc.string().filter((text) => !/[*?]/.test(text));
    fc.assert(
      fc.property(plain, fc.string(), (pattern, text) => {
        expect(matchesWildcard(pattern, text)).toBe(pattern === text);
      }),
    );
  });
});

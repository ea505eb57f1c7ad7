/** Properties of IAM's decisions for arbitrary policies. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../rehearsal/iam/evaluate.ts';
import type { PolicyStatement } from '../../../rehearsal/iam/policy-statement.ts';
import { matchesIamWildcard } from '../../../rehearsal/iam/wildcard.ts';
import { send } from '../../support/access.ts';
import fc from '../../support/properties.ts';

const patterns = ['*', 'sqs:*', 'sqs:Send*', 'sqs:SendMessage', 's3:GetObject'];
const resources = ['*', 'arn:aws:sqs:*', send.resource, 'arn:aws:sqs:us-east-1:0:other'];

const matcher = (values: readonly string[]) =>
  fc.record({
    patterns: fc.subarray([...values], { minLength: 1 }),
    negated: fc.boolean(),
  });

const statement = (effect: 'Allow' | 'Deny'): fc.Arbitrary<PolicyStatement> =>
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
  it('an additional deny never turns a denial into an allow', () => {
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

  it('an additional allow never turns an allow into a denial', () => {
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

  it('the statement that a decision names has its effect', () => {
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
  it('a wildcard matches every text that fills it', () => {
    const part = fc.string({ maxLength: 5 }).filter((text) => !/[*?]/.test(text));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), fc.array(part), (parts, fillers) => {
        const text = parts.reduce((whole, each, index) => `${whole}${fillers[index] ?? ''}${each}`);

        expect(matchesIamWildcard(parts.join('*'), text)).toBe(true);
        expect(matchesIamWildcard(text.replaceAll(/./gsu, '?'), text)).toBe(true);
      }),
    );
  });

  it('a pattern without wildcards matches only itself', () => {
    const plain = fc.string().filter((text) => !/[*?]/.test(text));
    fc.assert(
      fc.property(plain, fc.string(), (pattern, text) => {
        expect(matchesIamWildcard(pattern, text)).toBe(pattern === text);
      }),
    );
  });
});

/** The checks of a request's members: types first, then constraints, in AWS's words. */
import { describe, expect, it } from 'vitest';
import {
  createActivityShape,
  tagResourceShape,
} from '../../lib/step-functions/shapes/activity-shapes.ts';
import { readRequestMembers } from '../../lib/step-functions/shapes/constraints.ts';
import { listExecutionsShape } from '../../lib/step-functions/shapes/execution-shapes.ts';
import { createStateMachineShape } from '../../lib/step-functions/shapes/machine-shapes.ts';
import { createStateMachineAliasShape } from '../../lib/step-functions/shapes/version-shapes.ts';
import { refusedBy } from './refused-by.ts';

const order = { name: 'order', definition: '{}', roleArn: 'arn:aws:iam::000000000000:role/r' };

describe('the members of a request', () => {
  it('members that the API does not know are ignored, and null is an absent member', () => {
    const given = JSON.parse('{"name":"a","tags":null,"tomorrow":{},"__proto__":{"tags":[]}}');

    expect(readRequestMembers(createActivityShape, given)).toEqual({ name: 'a' });
  });

  it('a missing member and several broken constraints are in one message', () => {
    expect(
      refusal(createStateMachineShape, { ...order, name: '', type: 'FAST', roleArn: null }),
    ).toBe(
      "ValidationException: 3 validation errors detected: Value '' at 'name' failed to satisfy " +
        'constraint: Member must have length greater than or equal to 1; ' +
        "Value null at 'roleArn' failed to satisfy constraint: Member must not be null; " +
        "Value 'FAST' at 'type' failed to satisfy constraint: Member must satisfy enum value set: " +
        '[STANDARD, EXPRESS]',
    );
  });

  it('a number out of its range is refused with the bound', () => {
    expect(refusal(listExecutionsShape, { maxResults: 1001 })).toBe(
      "ValidationException: 1 validation error detected: Value '1001' at 'maxResults' failed to " +
        'satisfy constraint: Member must have value less than or equal to 1000',
    );
    expect(refusal(listExecutionsShape, { maxResults: -1 })).toContain(
      "Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater " +
        'than or equal to 0',
    );
  });

  it('a sensitive value is not repeated in the message', () => {
    const given = { ...order, definition: 'secret'.repeat(200_000) };

    expect(refusal(createStateMachineShape, given)).toBe(
      "ValidationException: 1 validation error detected: Value at 'definition' failed to satisfy " +
        'constraint: Member must have length less than or equal to 1048576',
    );
  });

  it('a member of a list is named by its place from 1', () => {
    const tags = [
      { key: 'a', value: 'b' },
      { key: '', value: 'c' },
    ];

    expect(refusal(tagResourceShape, { resourceArn: 'arn:x', tags })).toContain(
      "Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length " +
        'greater than or equal to 1',
    );
  });

  it('a name of an alias needs a character that is no digit', () => {
    const routingConfiguration = [{ stateMachineVersionArn: 'arn:x', weight: 100 }];

    expect(refusal(createStateMachineAliasShape, { name: '42', routingConfiguration })).toContain(
      'Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$',
    );
    expect(
      readRequestMembers(createStateMachineAliasShape, { name: 'v4.2', routingConfiguration }),
    ).toEqual({ name: 'v4.2', routingConfiguration });
  });

  it.each([
    [{ name: 7 }, 'NUMBER_VALUE cannot be converted to String'],
    [{ name: true }, 'TRUE_VALUE cannot be converted to String'],
    [{ name: {} }, 'Start of structure or map found where not expected'],
    [{ name: [] }, 'Start of list found where not expected'],
    [{ name: 'a', tags: {} }, 'Expected list or null'],
    [{ name: 'a', tags: [7] }, 'Expected structure or null'],
    [[], 'Expected structure or null'],
    ['x', 'Expected structure or null'],
  ])('the wrong type of %j is a SerializationException', (given, message) => {
    expect(refusal(createActivityShape, given)).toMatch(`SerializationException: ${message}`);
  });

  it('a message about thousands of broken constraints stays short', () => {
    const tags = Array.from({ length: 10_000 }, () => ({ key: '' }));

    const message = refusal(tagResourceShape, { resourceArn: 'arn:x', tags });

    expect(message).toContain('10000 validation errors detected');
    expect(message.length).toBeLessThan(5_000);
  });
});

function refusal(shape: Parameters<typeof readRequestMembers>[0], given: unknown): string {
  return refusedBy(() => readRequestMembers(shape, given as never));
}

/** The shapes of requests, held against the schema of the SDK for JavaScript. */
import { describe, expect, it } from 'vitest';
import { serviceOperations } from '../../lib/step-functions/operations/service-operations.ts';
import type { MemberShape } from '../../lib/step-functions/shapes/shape.ts';
import { kindOf, listMemberOf, sdkOperations, toStructure } from './sdk-schema.ts';

describe('the operations', () => {
  it('the endpoint has exactly the operations of the SDK', () => {
    expect([...serviceOperations.keys()].sort()).toEqual([...sdkOperations.keys()].sort());
    expect(serviceOperations.size).toBe(37);
  });

  it.each([...serviceOperations.keys()])(
    'the request of %s has the members, types and required marks of the SDK',
    (name) => {
      const shape = serviceOperations.get(name)?.shape;
      const schema = sdkOperations.get(name)?.input;

      expect(shape === undefined ? null : describeShape(shape)).toEqual(
        schema === undefined ? undefined : describeSchema(schema),
      );
    },
  );
});

/** A shape as a document: names of members, `*` for required ones, and what they hold. */
type Described = string | { readonly [member: string]: Described } | readonly [Described];

function describeShape(shape: MemberShape): Described {
  switch (shape.kind) {
    case 'structure':
      return Object.fromEntries([
        ...Object.entries(shape.required).map(([name, each]) => [`${name}*`, describeShape(each)]),
        ...Object.entries(shape.optional).map(([name, each]) => [name, describeShape(each)]),
      ]);
    case 'list':
      return [describeShape(shape.member)];
    case 'integer':
    case 'decimal':
      return 'number';
    default:
      return shape.kind;
  }
}

function describeSchema(schema: unknown): Described {
  const { members, required } = isStructure(schema) ? schema : toStructure(schema);
  return Object.fromEntries(
    [...members].map(([name, member]) => [
      required.has(name) ? `${name}*` : name,
      describeMember(member),
    ]),
  );
}

function describeMember(member: unknown): Described {
  const kind = kindOf(member);
  if (kind === 'structure') return describeSchema(member);
  return kind === 'list' ? [describeMember(listMemberOf(member))] : kind;
}

function isStructure(schema: unknown): schema is ReturnType<typeof toStructure> {
  return typeof schema === 'object' && schema !== null && 'members' in schema;
}

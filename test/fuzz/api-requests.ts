/** Random requests to Step Functions' API: broken bodies, headers, members and ARNs. */
import fc from 'fast-check';
import { serviceOperations } from '../../lib/step-functions/operations/service-operations.ts';
import type { ServiceRequest } from '../../lib/step-functions/protocol.ts';
import type { MemberShape } from '../../lib/step-functions/shapes/shape.ts';
import { serviceRequest } from '../step-functions/service-request.ts';

const scope = 'arn:aws:states:us-east-1:000000000000';

/** Texts that are nearly right. */
const oddText = fc.oneof(
  fc.constantFrom(
    'order',
    '{}',
    '[]',
    '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
    `${scope}:stateMachine:order`,
    `${scope}:stateMachine:order:1`,
    `${scope}:stateMachine:order:live`,
    `${scope}:stateMachine:order/map`,
    `${scope}:stateMachine:order#Case`,
    `${scope}:execution:order:one`,
    `${scope}:express:order:one:0`,
    `${scope}:mapRun:order/map:0`,
    `${scope}:activity:approve`,
    'arn:aws:states:eu-west-1:123456789012:stateMachine:order',
    'arn:',
    "'; DROP TABLE executions; --",
    '\u0000',
    '\ud800',
    '../../etc/passwd',
    '__proto__',
  ),
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const order = `${scope}:stateMachine:order`;
const definition = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}';

/** Texts that are right for members of these names, so that operations do more than to refuse. */
const rightTexts: Readonly<Record<string, readonly string[]>> = {
  activityArn: [`${scope}:activity:approve`],
  cause: ['why'],
  definition: [definition, '{"Type":"Pass","End":true}'],
  description: ['text'],
  error: ['E'],
  executionArn: [`${scope}:execution:order:one`, `${scope}:execution:order:two`],
  input: ['{}', '[1, 2]'],
  key: ['team', 'cost'],
  name: ['one', 'two', 'spare', 'live'],
  output: ['{}'],
  resourceArn: [order, `${scope}:activity:approve`],
  revisionId: ['INITIAL'],
  roleArn: ['arn:aws:iam::000000000000:role/any'],
  stateMachineAliasArn: [`${order}:live`],
  stateMachineArn: [
    order,
    `${order}:1`,
    `${order}:live`,
    `${scope}:stateMachine:spare`,
    `${scope}:stateMachine:quick`,
  ],
  stateMachineVersionArn: [`${order}:1`, `${order}:2`],
  tagKeys: ['team', 'cost'],
  value: ['a'],
};

/** Members without which a request does more. */
const rareMembers: ReadonlySet<string> = new Set(['mapRunArn', 'nextToken', 'redriveFilter']);

/** What is deleted, so that the machine and the activity of all other requests stay. */
const deletedTexts: Readonly<Record<string, readonly string[]>> = {
  activityArn: [`${scope}:activity:spare`],
  stateMachineArn: [`${scope}:stateMachine:spare`],
  stateMachineVersionArn: [`${order}:2`],
};

/** Which texts are right, and the name of the member. */
interface Place {
  readonly right: Readonly<Record<string, readonly string[]>>;
  readonly name: string;
}

function arbitraryValue(shape: MemberShape, place: Place): fc.Arbitrary<unknown> {
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(null));
  const fitting = arbitraryFitting(shape, place);
  return fc.oneof({ weight: 20, arbitrary: fitting }, { weight: 1, arbitrary: odd });
}

function arbitraryText(values: readonly string[] | undefined): fc.Arbitrary<string> {
  if (values === undefined) return oddText;
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: oddText },
  );
}

function arbitraryFitting(shape: MemberShape, place: Place): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'text':
      return arbitraryText(shape.values ?? place.right[place.name]);
    case 'integer':
      return fc.oneof(
        fc.constantFrom(...(place.name === 'weight' ? [100] : [1, 10])),
        fc.integer({ min: (shape.min ?? 0) - 1, max: shape.max ?? 2_000 }),
      );
    case 'decimal':
      return fc.double();
    case 'boolean':
      return fc.boolean();
    case 'list':
      return fc.array(arbitraryValue(shape.member, place), { minLength: 1, maxLength: 4 });
    case 'structure':
      return fc.record(
        Object.fromEntries([
          ...Object.entries(shape.required).map(([name, member]) => [
            name,
            arbitraryValue(member, { ...place, name }),
          ]),
          ...Object.entries(shape.optional).map(([name, member]) => [
            name,
            fc.oneof(
              { weight: rareMembers.has(name) ? 9 : 2, arbitrary: fc.constant(undefined) },
              { weight: 1, arbitrary: arbitraryValue(member, { ...place, name }) },
            ),
          ]),
        ]),
      );
  }
}

function placeOf(operation: string): Place {
  const right = operation.startsWith('Delete') ? { ...rightTexts, ...deletedTexts } : rightTexts;
  return { right, name: '' };
}

/** Waits a minute for work, and answers 200: its shape is checked like the others'. */
const unasked = 'GetActivityTask';

const operations = [...serviceOperations.values()].filter(({ name }) => name !== unasked);

const call = fc.constantFrom(...operations).chain(({ name, shape }) =>
  fc.record({
    target: fc.oneof(
      { weight: 30, arbitrary: fc.constant(`AWSStepFunctions.${name}`) },
      { weight: 1, arbitrary: fc.string() },
    ),
    body: fc.oneof(
      {
        weight: 18,
        arbitrary: arbitraryValue(shape, placeOf(name)).map((value) => JSON.stringify(value)),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    ),
  }),
);

/** Mostly what is right, so that the members are reached. */
function mostly(right: string, ...wrong: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

const head = fc.record({
  method: mostly('POST', 'GET', 'PUT', 'OPTIONS'),
  target: mostly('/', '/?a=b', '/v1/', '/../', '//'),
  type: mostly('application/x-amz-json-1.0', 'text/plain'),
});

const credential = 'AKID/20260101/us-east-1/states/aws4_request';

/** Headers of signatures, and of browsers. */
const otherHeaders = fc.record(
  {
    authorization: fc.oneof(
      fc.constantFrom(
        '',
        'Bearer x',
        'AWS4-HMAC-SHA256',
        `AWS4-HMAC-SHA256 Credential=${credential}`,
        `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=00`,
        `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${'a;'.repeat(5_000)}, Signature=`,
        `AWS4-HMAC-SHA256 ${'Credential='.repeat(2_000)}`,
      ),
      fc.string({ maxLength: 200 }),
    ),
    origin: fc.constantFrom('null', 'https://example.com', 'http://localhost:3000', ''),
    'x-amz-date': fc.oneof(
      fc.constantFrom('20260101T000000Z', '20269999T999999Z', 'now'),
      fc.string(),
    ),
    'x-amz-security-token': fc.string(),
  },
  { requiredKeys: [] },
);

const headers = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: otherHeaders },
);

/** A request to the endpoint. */
export const arbitraryRequest: fc.Arbitrary<ServiceRequest> = fc
  .tuple(call, head, headers)
  .map(([{ target, body }, { method, target: path, type }, others]) =>
    serviceRequest({
      method,
      target: path,
      headers: { host: 'localhost', 'content-type': type, 'x-amz-target': target, ...others },
      body: body ?? '',
    }),
  );

/** Texts of the inside of a program, which no answer may hold. */
const inside = [
  /\n\s+at /,
  /node:internal/,
  /\/work\/|\/home\/|\/root\/|node_modules/,
  /\blib\/\w+\//,
  /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+\w+/,
  /invariant broken/,
];

/** Returns what an answer discloses of the inside of the program; null for nothing. */
export function disclosed(body: string): string | null {
  return inside.map((pattern) => pattern.exec(body)?.[0]).find((found) => found) ?? null;
}

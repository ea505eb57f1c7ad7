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

function arbitraryValue(shape: MemberShape): fc.Arbitrary<unknown> {
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(null));
  return fc.oneof({ weight: 9, arbitrary: arbitraryFitting(shape) }, { weight: 1, arbitrary: odd });
}

function arbitraryFitting(shape: MemberShape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'text':
      return shape.values === undefined ? oddText : fc.constantFrom(...shape.values);
    case 'integer':
      return fc.integer({ min: (shape.min ?? 0) - 1, max: shape.max ?? 2_000 });
    case 'decimal':
      return fc.double();
    case 'boolean':
      return fc.boolean();
    case 'list':
      return fc.array(arbitraryValue(shape.member), { maxLength: 4 });
    case 'structure':
      return fc.record(
        Object.fromEntries(
          Object.entries({ ...shape.required, ...shape.optional }).map(([name, member]) => [
            name,
            arbitraryValue(member),
          ]),
        ),
        { requiredKeys: Object.keys(shape.required) },
      );
  }
}

/** Waits a minute for work, and answers 200: its shape is checked like the others'. */
const unasked = 'GetActivityTask';

const operations = [...serviceOperations.values()].filter(({ name }) => name !== unasked);

const call = fc.constantFrom(...operations).chain(({ name, shape }) =>
  fc.record({
    target: fc.oneof(
      { weight: 9, arbitrary: fc.constant(`AWSStepFunctions.${name}`) },
      { weight: 1, arbitrary: fc.string() },
    ),
    body: fc.oneof(
      { weight: 9, arbitrary: arbitraryValue(shape).map((value) => JSON.stringify(value)) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
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

/** A request to the endpoint. */
export const arbitraryRequest: fc.Arbitrary<ServiceRequest> = fc
  .tuple(call, head)
  .map(([{ target, body }, { method, target: path, type }]) =>
    serviceRequest({
      method,
      target: path,
      headers: { host: 'localhost', 'content-type': type, 'x-amz-target': target },
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

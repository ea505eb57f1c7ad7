/**
 * The property that any text and any world must leave standing: a definition is refused with an
 * error that has a code and says what to do, or it runs, and then nothing throws.
 */
import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { validateDefinition } from '../../lib/asl/validate/aws-validation.ts';
import { compileMachine } from '../../lib/engine/machine.ts';
import type { ExecutionStatus } from '../../lib/engine/status.ts';
import { hasCode } from '../../lib/errors.ts';
import fc from '../support/properties.ts';
import { definition } from './arbitrary-definition.ts';
import { input, oddJson } from './arbitrary-expression.ts';
import { drive, type Move } from './drive.ts';
import { type Mutation, mutate, mutation } from './mutation.ts';

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom(
    ...(['answer', 'answer', 'answer', 'failure', 'failure', 'heartbeat'] as const),
    ...(['submitted', 'submitted', 'started', 'started'] as const),
    ...(['timers', 'timers', 'timers', 'timers', 'abort', 'fail', 'redrive', 'redrive'] as const),
  ),
  which: fc.nat(9),
  value: oddJson,
  error: fc.constantFrom(
    'Odd',
    'States.Runtime',
    'States.Timeout',
    '',
    '__proto__',
    'long'.repeat(100),
  ),
});

const run = fc.record({
  definition,
  mutations: fc.oneof(
    fc.constant<Mutation[]>([]),
    fc.array(mutation, { minLength: 1, maxLength: 3 }),
  ),
  input,
  moves: fc.array(move, { maxLength: 25 }),
  payloadBytesMax: fc.constantFrom(262_144, 262_144, 300),
  stepsPerTransitionMax: fc.constantFrom(1, 3, 12),
  historyEventsMax: fc.constantFrom(Number.POSITIVE_INFINITY, 30, 7),
});

/** What came of each run: `refused`, or the status that its execution was left in. */
export type Tally = Partial<Record<ExecutionStatus | 'refused', number>>;

/** Plays `numRuns` random runs; throws fast-check's report of the smallest one that fails. */
export function fuzz(numRuns: number): Tally {
  const tally: Tally = {};
  fc.assert(
    fc.property(run, ({ definition: valid, mutations, input: given, moves, ...limits }) => {
      const document = mutations.reduce<Json>(mutate, valid);
      const accepted = accept(document);
      const end =
        accepted === undefined
          ? 'refused'
          : drive(compileMachine(accepted, limits), given, moves).status;
      tally[end] = (tally[end] ?? 0) + 1;
    }),
    { numRuns },
  );
  return tally;
}

/** The definition, the same from JSON and YAML; undefined when it is refused, as it may be. */
function accept(document: Json): MachineDefinition | undefined {
  const text = JSON.stringify(document);
  const fromJson = parsed(text, 'a.json');
  const { result } = validateDefinition(text);
  assert.equal(result, fromJson === undefined ? 'FAIL' : 'OK', 'validation and parser differ');
  const fromYaml = parsed(stringify(document, { lineWidth: 0 }), 'a.yaml');
  assert.deepEqual(fromYaml, fromJson, 'YAML and JSON differ');
  return fromJson;
}

function parsed(text: string, source: string): MachineDefinition | undefined {
  try {
    return parseDefinition(text, { source });
  } catch (thrown) {
    assert.ok(hasCode(thrown, 'INVALID_DEFINITION', 'MALFORMED_DOCUMENT'), `${thrown}`);
    return undefined;
  }
}

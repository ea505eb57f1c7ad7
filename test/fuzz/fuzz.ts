import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';
import { validateDefinition } from '../../lib/asl/validate/aws-validation.ts';
import { compileMachine } from '../../lib/engine/compile-machine.ts';
import type { ExecutionStatus } from '../../lib/engine/status.ts';
import { hasCode } from '../../lib/errors.ts';
import fc from '../support/properties.ts';
import { definition } from './arbitrary-definition.ts';
import { input, oddJson } from './arbitrary-expression.ts';
import { drive, type Move } from './drive.ts';
import { type Mutation, mutate, mutation } from './mutation.ts';

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant('answer' as const) },
    { weight: 2, arbitrary: fc.constant('failure' as const) },
    { weight: 1, arbitrary: fc.constant('heartbeat' as const) },
    { weight: 2, arbitrary: fc.constant('submitted' as const) },
    { weight: 2, arbitrary: fc.constant('started' as const) },
    { weight: 4, arbitrary: fc.constant('timers' as const) },
    { weight: 1, arbitrary: fc.constant('abort' as const) },
    { weight: 1, arbitrary: fc.constant('fail' as const) },
    { weight: 2, arbitrary: fc.constant('redrive' as const) },
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

/** Number of runs by outcome: `refused`, or the last status of the execution. */
export type Tally = Partial<Record<ExecutionStatus | 'refused', number>>;

/**
 * Runs `numRuns` random definitions with random events, and throws fast-check's report of the
 * smallest failing one. The property: a definition is rejected with an error that has a code and
 * names the remedy, or it runs, and then nothing throws.
 */
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

/** Returns the definition, equal from JSON and YAML, or undefined when it is rejected. */
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

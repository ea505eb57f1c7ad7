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
import { input, largeInput, oddJson } from './arbitrary-expression.ts';
import { startCpuWatch } from './cpu-watch.ts';
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

const smallRun = {
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
};

const run = fc.record(smallRun);
const anyRun = fc.oneof(
  { weight: 40, arbitrary: run },
  { weight: 1, arbitrary: fc.record({ ...smallRun, input: largeInput }) },
);

/** Number of runs by outcome: `refused`, or the last status of the execution. */
export type Tally = Partial<Record<ExecutionStatus | 'refused', number>>;

/** The run that took most of something, and how much. */
export interface Worst {
  readonly amount: number;
  readonly definition: string;
  readonly input: string;
}

/** What a fuzz run found. */
export interface FuzzReport {
  readonly tally: Tally;
  /**
   * The longest time without a pause, validation or one transition, in milliseconds of CPU time:
   * what it takes on a machine that does nothing else.
   */
  readonly blockMs: Worst;
  /** The most that the memory of the process grew in one run, in MiB. */
  readonly grownMiB: Worst;
}

/**
 * Runs `numRuns` random definitions with random events, and throws fast-check's report of the
 * smallest failing one. The property: a definition is rejected with an error that has a code and
 * names the remedy, or it runs, and then nothing throws. `takesLarge` adds inputs of the size of a
 * payload, which take long.
 */
export function fuzz(numRuns: number, { takesLarge = false } = {}): FuzzReport {
  const tally: Tally = {};
  const worst = { blockMs: nothing, grownMiB: nothing };
  fc.assert(
    fc.property(
      takesLarge ? anyRun : run,
      ({ definition: valid, mutations, input: given, moves, ...limits }) => {
        const document = mutations.reduce<Json>(mutate, valid);
        const note = (what: keyof typeof worst, amount: number): void => {
          if (amount <= worst[what].amount) return;
          worst[what] = {
            amount,
            definition: JSON.stringify(document).slice(0, shownMax),
            input: JSON.stringify(given).slice(0, shownMax),
          };
        };
        const before = process.memoryUsage.rss();
        const readCpuMs = startCpuWatch();
        validateDefinition(JSON.stringify(document));
        note('blockMs', readCpuMs());
        const accepted = accept(document);
        const end =
          accepted === undefined
            ? 'refused'
            : drive(compileMachine(accepted, limits), given, moves, (ms) => note('blockMs', ms))
                .status;
        tally[end] = (tally[end] ?? 0) + 1;
        note('grownMiB', (process.memoryUsage.rss() - before) / 2 ** 20);
      },
    ),
    { numRuns },
  );
  return { tally, ...worst };
}

const nothing: Worst = Object.freeze({ amount: 0, definition: '', input: '' });

/** Maximum length of a definition in a report, in characters. */
const shownMax = 1_000;

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

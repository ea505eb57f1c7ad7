/**
 * Draws state machines of every kind of state, valid by construction. Each state leads to one after
 * it, tasks name the handlers of `answers.ts`, and Maps run over `$.items`.
 */
import type { MachineType } from '../../lib/asl/definition.ts';
import type { Dice } from './dice.ts';

/** A machine, and what is to be known of it. */
export interface DrawnMachine {
  readonly type: MachineType;
  readonly definition: object;
  /** Whether a handler that answers late fails a state, so that time decides over the output. */
  readonly timed: boolean;
}

type StateKind =
  | 'work'
  | 'asked'
  | 'nested'
  | 'message'
  | 'flaky'
  | 'timed'
  | 'pass'
  | 'choice'
  | 'wait'
  | 'parallel'
  | 'map'
  | 'distributed';

const inner = [
  'work',
  'work',
  'work',
  'asked',
  'nested',
  'message',
  'timed',
  'pass',
  'choice',
  'wait',
] as const;
const nested = [...inner, 'parallel', 'map', 'distributed'] as const;
const outermost = [
  ...inner,
  'flaky',
  'parallel',
  'parallel',
  'map',
  'map',
  'distributed',
  'distributed',
] as const;
/** What may stand in EXPRESS machines, inmost and outermost. */
const quick = ['work', 'work', 'work', 'timed', 'pass', 'choice', 'wait'] as const;
const outermostQuick = [...quick, 'flaky', 'parallel', 'map'] as const;
/** What children of a distributed Map do. */
const childKinds = ['work', 'work', 'work', 'flaky', 'pass', 'wait'] as const;

/** What nested executions run. */
export const childMachine = Object.freeze({
  id: 'child',
  definition: {
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 20, Next: 'End' }, End: { Type: 'Succeed' } },
  },
});

/** What some Message states of all machines wait for alike. */
export const sharedCorrelation = Object.freeze({ CorrelationKey: 'shared', CorrelationValue: {} });

/** Draws a machine whose Waits last at most a few hours in all. */
export function drawMachine(dice: Dice): DrawnMachine {
  const type = dice.chance(0.25) ? 'EXPRESS' : 'STANDARD';
  const graph =
    type === 'EXPRESS'
      ? drawGraph(dice, outermostQuick, dice.between(1, 4), 's', { depth: 0, inmost: quick })
      : drawGraph(dice, outermost, dice.between(1, 5), 's', { depth: 1, inmost: inner });
  const timed = JSON.stringify(graph).includes('TimeoutSeconds');
  if (!dice.chance(0.1)) return { type, definition: graph, timed };
  return { type, definition: { ...graph, TimeoutSeconds: dice.pick([30, 3_600]) }, timed: true };
}

/** What may stand in a graph's graphs. */
interface Nesting {
  /** How many levels more may have any kind of state in them. */
  readonly depth: number;
  /** Kinds of the states below those. */
  readonly inmost: readonly [StateKind, ...StateKind[]];
}

function drawGraph(
  dice: Dice,
  kinds: readonly [StateKind, ...StateKind[]],
  length: number,
  prefix: string,
  nesting: Nesting,
): { StartAt: string; States: Record<string, object> } {
  const end = `${prefix}.end`;
  const nameOf = (index: number) => (index < length ? `${prefix}${index}` : end);
  const States: Record<string, object> = { [end]: { Type: 'Succeed' } };
  for (let index = 0; index < length; index += 1) {
    const place = { name: nameOf(index), Next: nameOf(index + 1), nesting };
    States[place.name] = drawState(dice, dice.pick(kinds), place);
  }
  return { StartAt: nameOf(0), States };
}

interface Place {
  readonly name: string;
  readonly Next: string;
  readonly nesting: Nesting;
}

function drawState(dice: Dice, kind: StateKind, place: Place): object {
  const { name, Next } = place;
  const ResultPath = `$.done_${name.replaceAll('.', '_')}`;
  switch (kind) {
    case 'work':
      return { ...task('work', ResultPath, Next), Retry: [transient(dice)], ...caught(dice, Next) };
    case 'flaky':
      return task('flaky', ResultPath, Next);
    case 'timed':
      return { ...task('timed', ResultPath, Next), TimeoutSeconds: 20, ...caught(dice, Next) };
    case 'asked':
      return asked(dice, ResultPath, Next);
    case 'nested':
      return {
        ...task('arn:aws:states:::states:startExecution.sync:2', 'unused', Next),
        ...{ Parameters: { StateMachineArn: childMachine.id, 'Input.$': '$' }, ResultPath: null },
      };
    case 'message':
      return message(dice, ResultPath, place);
    case 'pass':
      return { Type: 'Pass', Result: { name }, ResultPath, Next };
    case 'choice': {
      const Choices = [{ Variable: '$.n', NumericLessThan: dice.between(0, 20), Next }];
      return { Type: 'Choice', Choices, Default: Next };
    }
    case 'wait':
      return { Type: 'Wait', Seconds: dice.pick([1, 1, 20, 20, 300, 1_200, 7_200]), Next };
    case 'parallel':
      return parallel(dice, place, ResultPath);
    case 'map':
      return map(dice, place, ResultPath);
    case 'distributed':
      return distributed(dice, place, ResultPath);
  }
}

function task(Resource: string, ResultPath: string, Next: string): object {
  return { Type: 'Task', Resource, ResultPath, Next };
}

/** Its time is long enough, or too short for some. */
function asked(dice: Dice, ResultPath: string, Next: string): object {
  return {
    ...task('arn:aws:states:::sqs:sendMessage.waitForTaskToken', ResultPath, Next),
    ...(dice.chance(0.2) && { TimeoutSeconds: 60, ...caught(dice, Next) }),
  };
}

/** Waits for a message of its own, or with a time limit for one that any number may wait for. */
function message(dice: Dice, ResultPath: string, { name, Next }: Place): object {
  const correlation = dice.chance(0.3)
    ? sharedCorrelation
    : {
        CorrelationKey: name,
        CorrelationValue: { 'machine.$': '$$.StateMachine.Name', 'n.$': '$.n' },
      };
  const limited = correlation === sharedCorrelation || dice.chance(0.3);
  return {
    Type: 'Message',
    ...correlation,
    // which message it was is in the history alone: of two that were sent either may come
    ResultSelector: { 'n.$': '$.n' },
    ...(limited && { TimeoutSeconds: dice.pick([10, 120]), ...caught(dice, Next) }),
    ...{ ResultPath, Next },
  };
}

function transient(dice: Dice): object {
  const IntervalSeconds = dice.pick([1, 1, 30, 1_000]);
  const jitter = dice.chance(0.3) ? { JitterStrategy: 'FULL' } : {};
  return { ErrorEquals: ['Transient'], IntervalSeconds, MaxAttempts: 3, ...jitter };
}

function caught(dice: Dice, Next: string): object {
  if (dice.chance(0.5)) return {};
  const ErrorEquals = ['Permanent', 'States.Timeout'];
  return { Catch: [{ ErrorEquals, ResultPath: '$.caught', Next }] };
}

function parallel(dice: Dice, { name, Next, nesting }: Place, ResultPath: string): object {
  const Branches = Array.from({ length: dice.between(2, 3) }, (_, index) =>
    drawInner(dice, `${name}.${index}`, nesting),
  );
  return { Type: 'Parallel', Branches, ResultPath, ...caught(dice, Next), Next };
}

function map(dice: Dice, { name, Next, nesting }: Place, ResultPath: string): object {
  return {
    Type: 'Map',
    ItemsPath: '$.items',
    ItemProcessor: drawInner(dice, `${name}.`, nesting),
    MaxConcurrency: dice.between(0, 2),
    ResultPath,
    ...caught(dice, Next),
    Next,
  };
}

/** Some bear any number of failures; what they come to names times and ARNs, and is left out. */
function distributed(dice: Dice, { name, Next }: Place, ResultPath: string): object {
  const graph = drawGraph(dice, childKinds, dice.between(1, 2), `${name}.`, {
    depth: 0,
    inmost: childKinds,
  });
  const tolerant = dice.chance(0.3) && { ToleratedFailurePercentage: 100, ResultPath: null };
  return {
    Type: 'Map',
    Label: name.replaceAll('.', '_'),
    ItemsPath: '$.items',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      ...graph,
    },
    MaxConcurrency: dice.between(0, 2),
    ResultPath,
    ...tolerant,
    ...(dice.chance(0.5) && {
      Catch: [
        {
          ErrorEquals: ['States.ExceedToleratedFailureThreshold'],
          ResultPath: '$.caught',
          Next,
        },
      ],
    }),
    Next,
  };
}

function drawInner(dice: Dice, prefix: string, { depth, inmost }: Nesting) {
  const kinds = depth > 0 ? nested : inmost;
  return drawGraph(dice, kinds, dice.between(1, 3), prefix, { depth: depth - 1, inmost });
}

/**
 * Draws state machines with every kind of state, valid by construction. Each state leads to a later
 * one, tasks name the handlers of `answers.ts`, and Maps run over `$.items`.
 */
import type { MachineType } from '../../lib/asl/definition.ts';
import { activity } from './answers.ts';
import type { Dice } from './dice.ts';

/** A machine, and what checkers need to know about it. */
export interface DrawnMachine {
  readonly type: MachineType;
  readonly definition: object;
  /** Whether a late answer of a handler fails a state, so that time affects the output. */
  readonly timed: boolean;
}

type StateKind =
  | 'work'
  | 'token'
  | 'activity'
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
  'token',
  'activity',
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
/** The states of EXPRESS machines, innermost and outermost. */
const quick = ['work', 'work', 'work', 'timed', 'pass', 'choice', 'wait'] as const;
const outermostQuick = [...quick, 'flaky', 'parallel', 'map'] as const;
/** The states of the children of distributed Maps. */
const childKinds = ['work', 'work', 'work', 'flaky', 'pass', 'wait'] as const;

/** The machine of nested executions. */
export const childMachine = Object.freeze({
  id: 'child',
  definition: {
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 20, Next: 'End' }, End: { Type: 'Succeed' } },
  },
});

/** The key and value that some Message states of all machines share. */
export const sharedCorrelation = Object.freeze({ CorrelationKey: 'shared', CorrelationValue: {} });

/**
 * Draws a machine whose Wait states last an hour or two at most in total; some are longer than any
 * delay of a broker.
 */
export function drawMachine(dice: Dice): DrawnMachine {
  const type = dice.chance(0.25) ? 'EXPRESS' : 'STANDARD';
  const graph =
    type === 'EXPRESS'
      ? drawGraph(dice, outermostQuick, dice.between(1, 4), 's', { depth: 0, innermost: quick })
      : drawGraph(dice, outermost, dice.between(1, 5), 's', { depth: 1, innermost: inner });
  const timed = JSON.stringify(graph).includes('TimeoutSeconds');
  if (!dice.chance(0.1)) return { type, definition: graph, timed };
  return { type, definition: { ...graph, TimeoutSeconds: dice.pick([30, 3_600]) }, timed: true };
}

/** The states in nested graphs. */
interface Nesting {
  /** Number of further levels that may have any kind of state. */
  readonly depth: number;
  /** Kinds of states below these levels. */
  readonly innermost: readonly [StateKind, ...StateKind[]];
}

function drawGraph(
  dice: Dice,
  kinds: readonly [StateKind, ...StateKind[]],
  length: number,
  prefix: string,
  nesting: Nesting,
): { StartAt: string; States: Record<string, object> } {
  const end = `${prefix}.end`;
  const toName = (index: number) => (index < length ? `${prefix}${index}` : end);
  const States: Record<string, object> = { [end]: { Type: 'Succeed' } };
  for (let index = 0; index < length; index += 1) {
    const place = { name: toName(index), Next: toName(index + 1), nesting };
    States[place.name] = drawState(dice, dice.pick(kinds), place);
  }
  return { StartAt: toName(0), States };
}

interface StatePosition {
  readonly name: string;
  readonly Next: string;
  readonly nesting: Nesting;
}

function drawState(dice: Dice, kind: StateKind, place: StatePosition): object {
  const { name, Next } = place;
  const ResultPath = `$.done_${name.replaceAll('.', '_')}`;
  switch (kind) {
    case 'work':
      return {
        ...task('work', ResultPath, Next),
        Retry: [retrier(dice)],
        ...maybeCatch(dice, Next),
      };
    case 'flaky':
      return task('flaky', ResultPath, Next);
    case 'timed':
      return { ...task('timed', ResultPath, Next), TimeoutSeconds: 20, ...maybeCatch(dice, Next) };
    case 'token':
      return tokenTask(dice, tokenResource, ResultPath, Next);
    case 'activity':
      return tokenTask(dice, activity.arn, ResultPath, Next);
    case 'nested':
      return {
        ...task('arn:aws:states:::states:startExecution.sync:2', 'unused', Next),
        Parameters: { StateMachineArn: childMachine.id, 'Input.$': '$' },
        ResultPath: null,
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
      return { Type: 'Wait', Seconds: dice.pick([1, 1, 20, 20, 300, 1_200, 2_400]), Next };
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

const tokenResource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';

/** Some have a time limit, which is too short for some answers. */
function tokenTask(dice: Dice, Resource: string, ResultPath: string, Next: string): object {
  return {
    ...task(Resource, ResultPath, Next),
    ...(dice.chance(0.2) && { TimeoutSeconds: 60, ...maybeCatch(dice, Next) }),
  };
}

/** Waits for its own message, or with a time limit for a message that several states share. */
function message(dice: Dice, ResultPath: string, { name, Next }: StatePosition): object {
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
    // Only the history has the id of the message: of two that were sent, either may arrive.
    ResultSelector: { 'n.$': '$.n' },
    ...(limited && { TimeoutSeconds: dice.pick([10, 120]), ...maybeCatch(dice, Next) }),
    ResultPath,
    Next,
  };
}

function retrier(dice: Dice): object {
  const IntervalSeconds = dice.pick([1, 1, 30, 1_000]);
  const jitter = dice.chance(0.3) ? { JitterStrategy: 'FULL' } : {};
  return { ErrorEquals: ['Transient'], IntervalSeconds, MaxAttempts: 3, ...jitter };
}

function maybeCatch(dice: Dice, Next: string): object {
  if (dice.chance(0.5)) return {};
  const ErrorEquals = ['Permanent', 'States.Timeout'];
  return { Catch: [{ ErrorEquals, ResultPath: '$.caught', Next }] };
}

function parallel(dice: Dice, { name, Next, nesting }: StatePosition, ResultPath: string): object {
  const Branches = Array.from({ length: dice.between(2, 3) }, (_, index) =>
    drawInner(dice, `${name}.${index}`, nesting),
  );
  return { Type: 'Parallel', Branches, ResultPath, ...maybeCatch(dice, Next), Next };
}

function map(dice: Dice, { name, Next, nesting }: StatePosition, ResultPath: string): object {
  return {
    Type: 'Map',
    ItemsPath: '$.items',
    ItemProcessor: drawInner(dice, `${name}.`, nesting),
    MaxConcurrency: dice.between(0, 2),
    ResultPath,
    ...maybeCatch(dice, Next),
    Next,
  };
}

/** Some tolerate any number of failures; their results have times and ARNs, and are discarded. */
function distributed(dice: Dice, { name, Next }: StatePosition, ResultPath: string): object {
  const graph = drawGraph(dice, childKinds, dice.between(1, 2), `${name}.`, {
    depth: 0,
    innermost: childKinds,
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

function drawInner(dice: Dice, prefix: string, { depth, innermost }: Nesting) {
  const kinds = depth > 0 ? nested : innermost;
  return drawGraph(dice, kinds, dice.between(1, 3), prefix, { depth: depth - 1, innermost });
}

/**
 * The part of a recorded case that the runner reads: the input and the answers of the tasks. The
 * results at AWS are never read.
 */
import { readFileSync } from 'node:fs';
import type { MachineType } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import type { RecordedTestState } from './test-state.ts';

/** One recorded case. */
export interface RecordedCase extends RecordedTestState {
  /** `history`, `output`, `testState`, `validate`, or a type that is not run. */
  readonly type: string;
  readonly definition?: object;
  /** `STANDARD` or `EXPRESS`. */
  readonly machineType?: MachineType;
  /** A definition that is not valid JSON. */
  readonly definitionText?: string;
  /** The input of StartExecution; null without one. */
  readonly inputText?: string | null;
  readonly stateMachineArn?: string;
  readonly taskResults?: readonly TaskResult[];
  /** Calls that were made before the execution. */
  readonly setup?: readonly {
    readonly op: string;
    readonly params: Readonly<Record<string, string>>;
  }[];
  /** Properties of the recording. */
  readonly flags?: readonly string[];
  /** The time that the timestamps in the input refer to. */
  readonly frozenNow?: string;
  /** For `validate`: the AWS operation that was called. */
  readonly operation?: string;
}

/** The answer of one task at AWS. */
export interface TaskResult {
  readonly stateName: string;
  /** Number of the visit of the state, from 1. */
  readonly occurrence: number;
  /** Number of the run within the visit, from 1. */
  readonly attempt?: number;
  /** `lambda`, `task` or `activity`. */
  readonly kind?: string;
  readonly resource?: string;
  /** The Map iterations around the state, outermost first. */
  readonly context?: readonly { readonly map?: string; readonly index?: number }[];
  /** The parameters of the call. */
  readonly parameters?: Json;
  /** Whether the recording does not say which state the task belongs to. */
  readonly guessedByOrder?: boolean;
  /** The reply to a request that is answered later. */
  readonly submitted?: string | object;
  /** The worker that started the work of an activity. */
  readonly workerName?: string;
  readonly outcome: TaskOutcome;
}

/** How a task ended. A text that is a JSON object is recorded as that object. */
export interface TaskOutcome {
  readonly type: string;
  /** Determines the order of the answers of an execution. */
  readonly eventId?: number;
  readonly output?: string | object;
  readonly error?: string;
  readonly cause?: string | object;
}

/** Reads a case, and replaces placeholders with ordinary ARNs. */
export function readCase(file: string): RecordedCase {
  const text = readFileSync(file, 'utf8')
    .replaceAll('<partition>', 'aws')
    .replaceAll('<region>', 'us-east-1');
  const { expected: _, ...known } = JSON.parse(text);
  return withActivityArns(known);
}

/** Replaces placeholders for whole ARNs, which determine the family of a resource. */
function withActivityArns(known: RecordedCase): RecordedCase {
  const hidden = (known.taskResults ?? []).filter(({ kind, resource }) => {
    return kind === 'activity' && resource?.startsWith('arn:') === false;
  });
  if (hidden.length === 0) return known;
  const text = hidden.reduce((definition, { resource }) => {
    const arn = `arn:aws:states:us-east-1:111111111111:activity:${resource}`;
    return definition.replaceAll(JSON.stringify(resource), JSON.stringify(arn));
  }, JSON.stringify(known.definition));
  return { ...known, definition: JSON.parse(text) };
}

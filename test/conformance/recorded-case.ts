/**
 * A recorded case as far as the runner may know it: what went in, and what each task answered. What
 * came out at AWS is not read.
 */
import { readFileSync } from 'node:fs';
import type { MachineType } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import type { RecordedTestState } from './test-state.ts';

/** One recorded case. */
export interface RecordedCase extends RecordedTestState {
  /** `history`, `output`, `testState`, `validate`, or a kind that is not run. */
  readonly type: string;
  readonly definition?: object;
  /** `STANDARD` or `EXPRESS`. */
  readonly machineType?: MachineType;
  /** A definition that is no JSON document. */
  readonly definitionText?: string;
  /** What StartExecution was given; null when it was given nothing. */
  readonly inputText?: string | null;
  readonly stateMachineArn?: string;
  readonly taskResults?: readonly TaskResult[];
  /** What had been put elsewhere before. */
  readonly setup?: readonly {
    readonly op: string;
    readonly params: Readonly<Record<string, string>>;
  }[];
  /** What is special about the recording. */
  readonly flags?: readonly string[];
  /** The instant that the input's times were made from. */
  readonly frozenNow?: string;
  /** For `validate`: the operation of AWS that was called. */
  readonly operation?: string;
}

/** What one task answered at AWS. */
export interface TaskResult {
  readonly stateName: string;
  /** Visits of the state, from 1. */
  readonly occurrence: number;
  /** Tries of the visit, from 1. */
  readonly attempt?: number;
  /** `lambda`, `task` or `activity`. */
  readonly kind?: string;
  readonly resource?: string;
  /** The Map iterations around the state, outermost first. */
  readonly context?: readonly { readonly map?: string; readonly index?: number }[];
  /** What the task was called with. */
  readonly parameters?: Json;
  /** Whether the recording does not tell which state's task it is. */
  readonly guessedByOrder?: boolean;
  /** The reply to a request that is answered later. */
  readonly submitted?: string | object;
  /** Who took an activity's work up. */
  readonly workerName?: string;
  readonly outcome: TaskOutcome;
}

/** How a task ended. A text that is a JSON object is given as that object. */
export interface TaskOutcome {
  readonly type: string;
  /** Orders the answers of an execution. */
  readonly eventId?: number;
  readonly output?: string | object;
  readonly error?: string;
  readonly cause?: string | object;
}

/** Reads a case, with ordinary ARNs in place of the recording's placeholders. */
export function readCase(file: string): RecordedCase {
  const text = readFileSync(file, 'utf8')
    .replaceAll('<partition>', 'aws')
    .replaceAll('<region>', 'us-east-1');
  const { expected: _, ...known } = JSON.parse(text);
  return withActivityArns(known);
}

/** A recording may hide a whole ARN, of which the kind of the resource is a part. */
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

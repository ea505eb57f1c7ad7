/**
 * What a test of a single state is asked with and answers: the request and the response of Step
 * Functions' TestState, field by field. Every document is a JSON text, as on AWS's wire.
 */

/** How much the reply tells: the output; the values between fields; HTTP calls, too. */
export type InspectionLevel = 'INFO' | 'DEBUG' | 'TRACE';

/** How a mocked result is held against the API it stands for. */
export type FieldValidationMode = 'STRICT' | 'PRESENT' | 'NONE';

/** TestState's request. */
export interface TestStateRequest {
  /** A single state, or a whole machine together with `stateName`. */
  readonly definition: string;
  /** Which state of the machine, however deep inside of Parallel and Map. */
  readonly stateName?: string;
  /** Names `$$.Execution.RoleArn`, and the account in the execution's ARN. Nothing is assumed. */
  readonly roleArn?: string;
  /** @default '{}' */
  readonly input?: string;
  /** @default 'INFO' */
  readonly inspectionLevel?: InspectionLevel;
  /** Without effect here; refused together with a mock, as at AWS. @default false */
  readonly revealSecrets?: boolean;
  /** A JSON object: the variables that are set before the state. */
  readonly variables?: string;
  /** The document that `$$` means; only with a mock, as at AWS. */
  readonly context?: string;
  readonly mock?: MockInput;
  readonly stateConfiguration?: StateConfiguration;
}

/** What stands in for the work of a Task, Parallel or Map. One of the two. */
export interface MockInput {
  readonly result?: string;
  readonly errorOutput?: { readonly error?: string; readonly cause?: string };
  /** Of a service integration's `result`. @default 'STRICT' */
  readonly fieldValidationMode?: FieldValidationMode;
}

/** The moment in a state's life that is tested. */
export interface StateConfiguration {
  /** How often the retrier that the error belongs to has been used. @default 0 */
  readonly retrierRetryCount?: number;
  /** The state inside of a Parallel or Map that the mocked error is from. */
  readonly errorCausedByState?: string;
  /** How many iterations of a Map have failed. @default 0 */
  readonly mapIterationFailureCount?: number;
  /** What the Map's `ItemReader` reads. */
  readonly mapItemReaderData?: string;
}

/** TestState's response. */
export interface TestStateReply {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  /** Absent at the end of a graph, and where the state failed. */
  readonly nextState?: string;
  /** From level DEBUG on. */
  readonly inspectionData?: InspectionData;
}

/** The values that the state came by, as JSON texts; each absent where the state has none. */
export interface InspectionData {
  readonly input: string;
  readonly afterInputPath?: string;
  readonly afterParameters?: string;
  readonly afterArguments?: string;
  readonly result?: string;
  readonly afterResultSelector?: string;
  readonly afterResultPath?: string;
  readonly afterItemsPath?: string;
  readonly afterItemsPointer?: string;
  readonly afterItemSelector?: string;
  readonly maxConcurrency?: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  /** Which retrier or catcher the error belongs to. */
  readonly errorDetails?: ErrorDetails;
  /** All variables behind the state; absent while there is none. */
  readonly variables?: string;
}

/** Positions in `Retry` and `Catch`, from 0. */
export interface ErrorDetails {
  readonly retryIndex?: number;
  /** Absent when the retrier is used up. */
  readonly retryBackoffIntervalSeconds?: number;
  readonly catchIndex?: number;
}

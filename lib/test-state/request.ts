/**
 * The request and response of a test of a single state: those of Step Functions' TestState, field
 * by field. Every document is a JSON text, as on AWS's wire.
 */

/** What the reply contains: the output; the values between fields; HTTP calls, too. */
export type InspectionLevel = 'INFO' | 'DEBUG' | 'TRACE';

/** {@link FieldValidationMode}'s values. */
export const fieldValidationModes = ['STRICT', 'PRESENT', 'NONE'] as const;

/**
 * How a mocked result is checked against the API that it stands for: with STRICT, required fields
 * must be there; with PRESENT, only what is there is checked.
 */
export type FieldValidationMode = (typeof fieldValidationModes)[number];

/** TestState's request. */
export interface TestStateRequest {
  /** A single state, or a whole machine together with `stateName`. */
  readonly definition: string;
  /** Name of a state of the machine, which may be nested in Parallel and Map states. */
  readonly stateName?: string;
  /** Used for `$$.Execution.RoleArn` and the account in the execution's ARN; never assumed. */
  readonly roleArn?: string;
  /** @default '{}' */
  readonly input?: string;
  /** @default 'INFO' */
  readonly inspectionLevel?: InspectionLevel;
  /** Has no effect; rejected together with a mock, as in AWS. @default false */
  readonly revealSecrets?: boolean;
  /** A JSON object: the variables set before the state. */
  readonly variables?: string;
  /** The context object, `$$`; only with a mock, as in AWS. */
  readonly context?: string;
  readonly mock?: MockInput;
  readonly stateConfiguration?: StateConfiguration;
}

/** Replaces the work of a Task, Parallel or Map: either `result` or `errorOutput`. */
export interface MockInput {
  readonly result?: string;
  readonly errorOutput?: { readonly error?: string; readonly cause?: string };
  /** How to check the `result` of a service integration. @default 'STRICT' */
  readonly fieldValidationMode?: FieldValidationMode;
}

/** The situation in which the state is tested. */
export interface StateConfiguration {
  /** How often the retrier that matches the error was used. @default 0 */
  readonly retrierRetryCount?: number;
  /** The state inside a Parallel or Map that the mocked error comes from. */
  readonly errorCausedByState?: string;
  /** Number of failed iterations of a Map. @default 0 */
  readonly mapIterationFailureCount?: number;
  /** The data that the Map's `ItemReader` reads. */
  readonly mapItemReaderData?: string;
}

/** TestState's response. */
export interface TestStateReply {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  /** Absent at the end of a graph, and when the state failed. */
  readonly nextState?: string;
  /** Present at the levels DEBUG and TRACE. */
  readonly inspectionData?: InspectionData;
}

/** The values between the state's fields, as JSON texts; each absent where the state has none. */
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
  /** The retrier and catcher that match the error. */
  readonly errorDetails?: ErrorDetails;
  /** All variables after the state; absent when there are none. */
  readonly variables?: string;
}

/** Positions in `Retry` and `Catch`, from 0. */
export interface ErrorDetails {
  readonly retryIndex?: number;
  /** Absent when the retrier is exhausted. */
  readonly retryBackoffIntervalSeconds?: number;
  readonly catchIndex?: number;
}

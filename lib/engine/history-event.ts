/**
 * The history of an execution, event by event, in the shape of Step Functions' GetExecutionHistory:
 * ids from 1 without a gap, `previousEventId` the event before in the same branch, documents as
 * JSON texts. One difference: `timestamp` is milliseconds since 1970.
 */

/** Says whether the document beside it was cut. */
export interface Truncation {
  /** True only of an execution's input that was over the limits, and is left out. */
  readonly truncated: boolean;
}

interface InputDetails {
  readonly input: string;
  readonly inputDetails: Truncation;
}

interface OutputDetails {
  readonly output: string;
  readonly outputDetails: Truncation;
}

/** Why something ended badly; a Fail state may leave out either. */
export interface FailureDetails {
  readonly error?: string;
  readonly cause?: string;
}

interface Timing {
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
}

interface Credentials {
  /** The role that the call is made with; absent when it is the execution's own. */
  readonly taskCredentials?: { readonly roleArn: string };
}

/** Which service integration an event is about, e.g. `lambda` and `invoke`. */
export interface TaskResource {
  readonly resource: string;
  readonly resourceType: string;
}

interface IterationDetails {
  /** The Map state's name. */
  readonly name: string;
  readonly index: number;
}

/** Each event type that has details, under the field that holds them. */
export interface HistoryEventDetails {
  readonly executionStartedEventDetails?: InputDetails & { readonly roleArn: string };
  readonly executionSucceededEventDetails?: OutputDetails;
  readonly executionFailedEventDetails?: FailureDetails;
  readonly executionTimedOutEventDetails?: FailureDetails;
  readonly executionAbortedEventDetails?: FailureDetails;
  readonly executionRedrivenEventDetails?: { readonly redriveCount: number };
  readonly stateEnteredEventDetails?: InputDetails & { readonly name: string };
  readonly stateExitedEventDetails?: OutputDetails & {
    readonly name: string;
    /** JSON texts by the variables' names; absent without an `Assign`. */
    readonly assignedVariables?: Readonly<Record<string, string>>;
    readonly assignedVariablesDetails?: Truncation;
  };
  readonly evaluationFailedEventDetails?: FailureDetails & {
    /** The field whose evaluation failed, where it was one field's. */
    readonly location?: string;
    /** The state's name. */
    readonly state: string;
  };
  readonly lambdaFunctionScheduledEventDetails?: InputDetails &
    Timing &
    Credentials & { readonly resource: string };
  readonly lambdaFunctionSucceededEventDetails?: OutputDetails;
  readonly lambdaFunctionFailedEventDetails?: FailureDetails;
  readonly lambdaFunctionTimedOutEventDetails?: FailureDetails;
  readonly taskScheduledEventDetails?: TaskResource &
    Timing &
    Credentials & { readonly region: string; readonly parameters: string };
  readonly taskStartedEventDetails?: TaskResource;
  readonly taskSubmittedEventDetails?: TaskResource & OutputDetails;
  readonly taskSucceededEventDetails?: TaskResource & OutputDetails;
  readonly taskFailedEventDetails?: TaskResource & FailureDetails;
  readonly taskTimedOutEventDetails?: TaskResource & FailureDetails;
  readonly activityScheduledEventDetails?: InputDetails & Timing & { readonly resource: string };
  readonly activityStartedEventDetails?: { readonly workerName?: string };
  readonly activitySucceededEventDetails?: OutputDetails;
  readonly activityFailedEventDetails?: FailureDetails;
  readonly activityTimedOutEventDetails?: FailureDetails;
  readonly mapStateStartedEventDetails?: { readonly length: number };
  readonly mapRunStartedEventDetails?: { readonly mapRunArn: string };
  readonly mapRunFailedEventDetails?: FailureDetails;
  readonly mapIterationStartedEventDetails?: IterationDetails;
  readonly mapIterationSucceededEventDetails?: IterationDetails;
  readonly mapIterationFailedEventDetails?: IterationDetails;
  readonly mapIterationAbortedEventDetails?: IterationDetails;
}

type ActionOutcome = 'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut';
type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';

/** What an event says happened. */
export type HistoryEventType =
  | `Execution${'Started' | 'Succeeded' | 'Failed' | 'TimedOut' | 'Aborted' | 'Redriven'}`
  | `${StateType}StateEntered`
  | `${Exclude<StateType, 'Fail'>}StateExited`
  | `${'Task' | 'Wait' | 'Parallel' | 'Map'}StateAborted`
  | `${'Parallel' | 'Map'}State${'Started' | 'Succeeded' | 'Failed'}`
  | `MapIteration${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `MapRun${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | 'EvaluationFailed'
  | 'TaskSubmitted'
  | `${'LambdaFunction' | 'Task' | 'Activity'}${ActionOutcome}`;

/** One event. */
export interface HistoryEvent extends HistoryEventDetails {
  readonly type: HistoryEventType;
  readonly id: number;
  /**
   * 0 for the first of the execution and of its first state, and for an end that came from outside.
   */
  readonly previousEventId: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** The details of a document that is stored whole. */
export const whole: Truncation = Object.freeze({ truncated: false });

/** The details of a document that was over the limits. */
export const leftOut: Truncation = Object.freeze({ truncated: true });

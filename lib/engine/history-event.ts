/** Whether the document in the same details was truncated. */
export interface Truncation {
  /** True only for an execution's input over the limits, which is left out. */
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

/** Why something failed; a Fail state may leave out either field. */
export interface FailureDetails {
  readonly error?: string;
  readonly cause?: string;
}

interface Timing {
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
}

interface Credentials {
  /** The role that the call assumes; absent when it is the execution's own. */
  readonly taskCredentials?: { readonly roleArn: string };
}

/** The service integration of an event: `invoke` and `lambda`, for example. */
export interface TaskResource {
  readonly resource: string;
  readonly resourceType: string;
}

interface IterationDetails {
  /** The Map state's name. */
  readonly name: string;
  readonly index: number;
}

/** The details of each event type that has any, by the field that holds them. */
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
    /** JSON texts by variable name; absent without an `Assign`. */
    readonly assignedVariables?: Readonly<Record<string, string>>;
    readonly assignedVariablesDetails?: Truncation;
  };
  readonly evaluationFailedEventDetails?: FailureDetails & {
    /** The field whose evaluation failed; absent when it is not one field. */
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
  readonly mapRunRedrivenEventDetails?: {
    readonly mapRunArn: string;
    readonly redriveCount: number;
  };
  readonly mapIterationStartedEventDetails?: IterationDetails;
  readonly mapIterationSucceededEventDetails?: IterationDetails;
  readonly mapIterationFailedEventDetails?: IterationDetails;
  readonly mapIterationAbortedEventDetails?: IterationDetails;
}

type ActionOutcome = 'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut';
type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';

/** The type of a history event. */
export type HistoryEventType =
  | `Execution${'Started' | 'Succeeded' | 'Failed' | 'TimedOut' | 'Aborted' | 'Redriven'}`
  | `${StateType}StateEntered`
  | `${Exclude<StateType, 'Fail'>}StateExited`
  | `${'Task' | 'Wait' | 'Parallel' | 'Map'}StateAborted`
  | `${'Parallel' | 'Map'}State${'Started' | 'Succeeded' | 'Failed'}`
  | `MapIteration${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `MapRun${'Started' | 'Succeeded' | 'Failed' | 'Aborted' | 'Redriven'}`
  | 'EvaluationFailed'
  | 'TaskSubmitted'
  | `${'LambdaFunction' | 'Task' | 'Activity'}${ActionOutcome}`;

/**
 * An event in the history of an execution, in the shape of Step Functions' GetExecutionHistory: ids
 * from 1 without a gap, documents as JSON texts. One difference: `timestamp` is milliseconds since
 * 1970.
 */
export interface HistoryEvent extends HistoryEventDetails {
  readonly type: HistoryEventType;
  readonly id: number;
  /**
   * Id of the event before in the same branch; 0 for the first event of the execution and of its
   * first state, and for an end that came from outside.
   */
  readonly previousEventId: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** Marks a document that is stored completely. */
export const notTruncated: Truncation = Object.freeze({ truncated: false });

/** Marks a document that was over the limits, and is left out. */
export const truncated: Truncation = Object.freeze({ truncated: true });

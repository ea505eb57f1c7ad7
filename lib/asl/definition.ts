/**
 * Types of a definition that has passed `validate`; machines are compiled from them. A field that
 * may be JSON `null` distinguishes null from absent, as the language does: absent means the
 * default, null means discard.
 */
import type { Json, JsonObject } from './json/json.ts';

/**
 * Maximum nesting of Parallel and Map states, a limit of Millrace's own: the interpreter visits
 * them recursively.
 */
export const nestingMax = 64;

/** The query languages of a state. */
export type QueryLanguageName = 'JSONPath' | 'JSONata';

/**
 * How a machine runs. STANDARD makes each step durable. EXPRESS runs in memory from start to end,
 * for at most five minutes, and restarts from the beginning when its worker is lost.
 */
export type MachineType = 'STANDARD' | 'EXPRESS';

/** A whole state machine. */
export interface MachineDefinition extends StateGraph {
  /** The JSON Schema of definitions, for editors; an addition of Millrace. */
  readonly $schema?: string;
  readonly Version?: string;
  /** Query language of all states that do not set their own. @default JSONPath */
  readonly QueryLanguage?: QueryLanguageName;
  /** Maximum duration of an execution, in seconds. */
  readonly TimeoutSeconds?: number;
}

/** States and the one to start at: a machine, a branch of a Parallel or the processor of a Map. */
export interface StateGraph {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

/** One state, discriminated by `Type`. */
export type StateDefinition =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState
  | MessageState;

interface Described {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguageName;
}

/**
 * `InputPath` and `OutputPath` (JSONPath): absent means `$`, null means `{}`. `Output` (JSONata):
 * absent means the result, or the input when the state has no result. `Assign`: variables to set.
 */
interface InputOutput extends Described {
  readonly Output?: Json;
  readonly Assign?: JsonObject;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

/** The transition out of the state: exactly one of the two fields is present. */
interface Successor {
  readonly Next?: string;
  readonly End?: boolean;
}

/** Where the result is placed in the input: `ResultPath` absent means `$`, null keeps the input. */
interface ResultPlacement {
  readonly ResultPath?: string | null;
}

/** Error handling of states that may fail. */
interface Recovery {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/** Calls what `Resource` names and waits for its result. */
export interface TaskState extends InputOutput, Successor, ResultPlacement, Recovery {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: Json;
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
  /** May be an expression in JSONata, as every number and string below. */
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number | string;
  readonly HeartbeatSecondsPath?: string;
  /** The role for calls of AWS integrations. Passed on to the call, not interpreted. */
  readonly Credentials?: JsonObject;
}

/** Passes on its input, or a fixed or transformed result. */
export interface PassState extends InputOutput, Successor, ResultPlacement {
  readonly Type: 'Pass';
  readonly Parameters?: Json;
  readonly Result?: Json;
}

/** Continues with the state of the first rule that is true. */
export interface ChoiceState extends InputOutput {
  readonly Type: 'Choice';
  readonly Choices: readonly TopLevelChoiceRule[];
  readonly Default?: string;
}

/** Waits for a duration or until a time; exactly one of the four fields is present. */
export interface WaitState extends InputOutput, Successor {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

/** Ends its graph successfully. */
export interface SucceedState extends InputOutput {
  readonly Type: 'Succeed';
}

/** Ends its graph with an error. The paths take a path or a call of an intrinsic function. */
export interface FailState extends Described {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

/** Runs its branches concurrently and collects their outputs in the order of the branches. */
export interface ParallelState extends InputOutput, Successor, ResultPlacement, Recovery {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateGraph[];
  readonly Arguments?: Json;
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
}

/**
 * Runs a graph once for each item of an array, or for each item that `ItemReader` reads. `Iterator`
 * and `Parameters` are the older names of `ItemProcessor` and `ItemSelector`.
 */
export interface MapState extends InputOutput, Successor, ResultPlacement, Recovery {
  readonly Type: 'Map';
  readonly ItemProcessor?: ItemProcessor;
  readonly Iterator?: ItemProcessor;
  readonly ItemsPath?: string;
  /** An array, or an expression of one (JSONata). */
  readonly Items?: Json;
  readonly ItemReader?: ItemReader;
  readonly ItemSelector?: Json;
  readonly ItemBatcher?: ItemBatcher;
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
  readonly ResultWriter?: ResultWriter;
  /** Used in the names of a distributed Map's children. @default the state's name */
  readonly Label?: string;
  /** Maximum number of concurrent iterations; 0 means no limit. @default 0 */
  readonly MaxConcurrency?: number | string;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailurePercentagePath?: string;
}

/** The graph that a Map runs for each item. @default INLINE, and STANDARD children */
export interface ItemProcessor extends StateGraph {
  readonly ProcessorConfig?: {
    readonly Mode?: 'INLINE' | 'DISTRIBUTED';
    readonly ExecutionType?: 'STANDARD' | 'EXPRESS';
  };
}

/** The source of a distributed Map's items. */
export interface ItemReader {
  readonly Resource: string;
  readonly Parameters?: Json;
  readonly Arguments?: Json;
  readonly ReaderConfig?: {
    readonly InputType?: 'CSV' | 'JSON' | 'JSONL' | 'MANIFEST';
    readonly CSVHeaderLocation?: 'FIRST_ROW' | 'GIVEN';
    readonly CSVHeaders?: readonly string[];
    /** @default COMMA */
    readonly CSVDelimiter?: 'COMMA' | 'PIPE' | 'SEMICOLON' | 'SPACE' | 'TAB';
    readonly MaxItems?: number | string;
    readonly MaxItemsPath?: string;
    /** JSON pointer to the items in a JSON document. */
    readonly ItemsPointer?: string;
  };
}

/** How a distributed Map groups its items into batches, one for each child. */
export interface ItemBatcher {
  readonly MaxItemsPerBatch?: number | string;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: number | string;
  readonly MaxInputBytesPerBatchPath?: string;
  readonly BatchInput?: Json;
}

/** The destination and format of a distributed Map's results. */
export interface ResultWriter {
  readonly Resource?: string;
  readonly Parameters?: Json;
  readonly Arguments?: Json;
  readonly WriterConfig?: {
    readonly OutputType?: 'JSON' | 'JSONL';
    readonly Transformation?: 'NONE' | 'COMPACT' | 'FLATTEN';
  };
}

/**
 * Waits for a message with this key and value; an extension of Millrace. The message is the result.
 * The value is the effective input when neither of its two fields is present.
 */
export interface MessageState extends InputOutput, Successor, ResultPlacement, Recovery {
  readonly Type: 'Message';
  /** The key that senders use; may be an expression in JSONata. */
  readonly CorrelationKey: string;
  readonly CorrelationValue?: Json;
  readonly CorrelationValuePath?: string;
  readonly ResultSelector?: JsonObject;
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
}

/** Retries the errors in `ErrorEquals`. For the defaults of its fields, see `retrierDefaults`. */
export interface Retrier {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/**
 * Continues with the state `Next` after an error in `ErrorEquals`. `ResultPath` is where the error
 * output, `{Error, Cause}`, is placed in the state's raw input.
 */
export interface Catcher {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

/** A rule directly in `Choices`, with the state to continue with. */
export type TopLevelChoiceRule = ChoiceRule & {
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
};

/** A condition: an expression (JSONata), a data test, or a combination of conditions. */
export type ChoiceRule =
  | ConditionRule
  | ConjunctionRule
  | DisjunctionRule
  | NegationRule
  | DataTest;

/** True when its expression is. */
export interface ConditionRule {
  readonly Comment?: string;
  readonly Condition: string | boolean;
}

/** True when all of its rules are. */
export interface ConjunctionRule {
  readonly Comment?: string;
  readonly And: readonly ChoiceRule[];
}

/** True when at least one of its rules is. */
export interface DisjunctionRule {
  readonly Comment?: string;
  readonly Or: readonly ChoiceRule[];
}

/** True when its rule is false. */
export interface NegationRule {
  readonly Comment?: string;
  readonly Not: ChoiceRule;
}

/**
 * Compares the value that `Variable` selects. Exactly one of the other fields is the comparison
 * operator, for example `NumericEquals: 1`.
 */
export interface DataTest {
  readonly Comment?: string;
  readonly Variable: string;
  readonly [operator: string]: Json | undefined;
}

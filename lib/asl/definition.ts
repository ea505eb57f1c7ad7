/**
 * The shape of a definition that has passed `validate`: what every other file of the language and
 * the machine is compiled from. A field that may be JSON `null` keeps null apart from absent,
 * because the language does: absent means the default, null means discard.
 */
import type { Json, JsonObject } from './json/json.ts';

/** Parallel and Map states inside one another (ours): the machine walks them recursively. */
export const nestingMax = 64;

/** The languages that a state's data may be handled in. */
export type QueryLanguageName = 'JSONPath' | 'JSONata';

/**
 * How a machine is run: STANDARD, each step durable; EXPRESS, in memory from start to end, for five
 * minutes at most, and begun again when that is lost.
 */
export type MachineType = 'STANDARD' | 'EXPRESS';

/** A whole state machine. */
export interface MachineDefinition extends StateGraph {
  readonly Version?: string;
  /** That of every state which names none. @default JSONPath */
  readonly QueryLanguage?: QueryLanguageName;
  /** The longest an execution may run, in seconds. */
  readonly TimeoutSeconds?: number;
}

/** States and where to begin: a machine, a Parallel's branch, a Map's processor. */
export interface StateGraph {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

/** One state; `Type` tells which. */
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
 * absent means the result, or the input of a state that has none. `Assign`: variables to set.
 */
interface InputOutput extends Described {
  readonly Output?: Json;
  readonly Assign?: JsonObject;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

/** Where an execution goes after the state: exactly one of the two is present. */
interface Successor {
  readonly Next?: string;
  readonly End?: boolean;
}

/**
 * How a result is put into the document: `ResultPath` absent means `$`, null means the input is
 * kept.
 */
interface ResultPlacement {
  readonly ResultPath?: string | null;
}

/** What may fail and be tried again. */
interface Recovery {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/** Work done outside the machine, by what `Resource` names. */
export interface TaskState extends InputOutput, Successor, ResultPlacement, Recovery {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: Json;
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
  /** In JSONata an expression too, as every number and text below. */
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number | string;
  readonly HeartbeatSecondsPath?: string;
  /** The role that AWS integrations are called with; carried, not interpreted. */
  readonly Credentials?: JsonObject;
}

/** Passes its input, or a fixed or shaped result, on. */
export interface PassState extends InputOutput, Successor, ResultPlacement {
  readonly Type: 'Pass';
  readonly Parameters?: Json;
  readonly Result?: Json;
}

/** Chooses the next state by rules, the first that holds. */
export interface ChoiceState extends InputOutput {
  readonly Type: 'Choice';
  readonly Choices: readonly TopLevelChoiceRule[];
  readonly Default?: string;
}

/** Waits for a time; exactly one of the four fields is present. */
export interface WaitState extends InputOutput, Successor {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

/** Ends its graph well. */
export interface SucceedState extends InputOutput {
  readonly Type: 'Succeed';
}

/** Ends its graph badly. The paths take a path or an intrinsic function. */
export interface FailState extends Described {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

/** Runs its branches side by side and gathers their outputs, in order. */
export interface ParallelState extends InputOutput, Successor, ResultPlacement, Recovery {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateGraph[];
  readonly Arguments?: Json;
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
}

/**
 * Runs a graph once for each item of an array, or of what `ItemReader` reads. `Iterator` and
 * `Parameters` are the older spellings.
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
  /** What a distributed Map's children are named after. @default the state's name */
  readonly Label?: string;
  /** Iterations at once; 0 means no limit. @default 0 */
  readonly MaxConcurrency?: number | string;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailurePercentagePath?: string;
}

/** What a Map runs for each item. @default INLINE, and STANDARD children */
export interface ItemProcessor extends StateGraph {
  readonly ProcessorConfig?: {
    readonly Mode?: 'INLINE' | 'DISTRIBUTED';
    readonly ExecutionType?: 'STANDARD' | 'EXPRESS';
  };
}

/** Where a distributed Map's items are read from. */
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
    /** JSON pointer of the items in a JSON document. */
    readonly ItemsPointer?: string;
  };
}

/** How a distributed Map's items are put together for its children. */
export interface ItemBatcher {
  readonly MaxItemsPerBatch?: number | string;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: number | string;
  readonly MaxInputBytesPerBatchPath?: string;
  readonly BatchInput?: Json;
}

/** Where a distributed Map's results are written. */
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
 * Waits for a message with a key and a value: Millrace's own. The message is the result. The value
 * is the effective input where neither field gives another.
 */
export interface MessageState extends InputOutput, Successor, ResultPlacement, Recovery {
  readonly Type: 'Message';
  /** The name that senders use; an expression in JSONata. */
  readonly CorrelationKey: string;
  readonly CorrelationValue?: Json;
  readonly CorrelationValuePath?: string;
  readonly ResultSelector?: JsonObject;
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
}

/** Which errors are tried again, and how often. Defaults are those of `decideRetry`. */
export interface Retrier {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** Which errors lead to which state, and where `{Error, Cause}` goes in the state's raw input. */
export interface Catcher {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

/** A rule directly in `Choices`: it says where to go. */
export type TopLevelChoiceRule = ChoiceRule & {
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
};

/** A condition: an expression (JSONata), one data test, or conditions joined. */
export type ChoiceRule =
  | ConditionRule
  | ConjunctionRule
  | DisjunctionRule
  | NegationRule
  | DataTest;

/** Holds when its expression is true. */
export interface ConditionRule {
  readonly Comment?: string;
  readonly Condition: string | boolean;
}

/** Holds when all of its rules do. */
export interface ConjunctionRule {
  readonly Comment?: string;
  readonly And: readonly ChoiceRule[];
}

/** Holds when one of its rules does. */
export interface DisjunctionRule {
  readonly Comment?: string;
  readonly Or: readonly ChoiceRule[];
}

/** Holds when its rule does not. */
export interface NegationRule {
  readonly Comment?: string;
  readonly Not: ChoiceRule;
}

/**
 * Compares what `Variable` selects by exactly one operator, the third field, e.g. `NumericEquals:
 * 1`.
 */
export interface DataTest {
  readonly Comment?: string;
  readonly Variable: string;
  readonly [operator: string]: Json | undefined;
}

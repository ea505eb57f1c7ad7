/**
 * The compiled form of states. Code that reads a compiled state depends on these types, not on
 * `states/`, which compiles and runs them: this keeps imports free of cycles.
 */
import type { Catcher, Retrier } from '../asl/definition.ts';
import type { Evaluation } from '../asl/evaluation.ts';
import type { Json, JsonObject } from '../asl/json/json.ts';
import type { DataFlow, QueryLanguage, Reader } from './language/query-language.ts';
import type { MapRunSpec } from './map-run/map-run-spec.ts';
import type { ParameterFormats } from './task/parameter-formats.ts';
import type { CallPattern, TaskKind } from './task/task-resource.ts';

/** Compiled states, and the one that starts. */
export interface Graph {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, StateNode>;
}

/** A compiled state. */
export type StateNode =
  | TaskNode
  | PassNode
  | ChoiceNode
  | WaitNode
  | SucceedNode
  | FailNode
  | ParallelNode
  | MapNode
  | DistributedMapNode;

/** A compiled Task state. */
export interface TaskNode {
  readonly type: 'Task';
  readonly name: string;
  readonly next: string | null;
  readonly resource: string;
  readonly kind: TaskKind;
  readonly pattern: CallPattern;
  readonly formats: ParameterFormats | undefined;
  readonly credentials: Reader<JsonObject> | undefined;
  readonly flow: DataFlow;
  readonly recovery: Recovery;
  /** In seconds. */
  readonly timeout: NumberOrReader | undefined;
  /** In seconds. */
  readonly heartbeat: NumberOrReader | undefined;
}

/** A compiled Pass state. */
export interface PassNode {
  readonly type: 'Pass';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  /** Undefined without a `Result`. */
  readonly result: Json | undefined;
}

/** A compiled Choice state. */
export interface ChoiceNode {
  readonly type: 'Choice';
  readonly name: string;
  readonly flow: DataFlow;
  readonly rules: readonly ChoiceRuleNode[];
  readonly defaultNext: string | undefined;
}

/** A compiled rule of a Choice state. */
export interface ChoiceRuleNode {
  readonly holds: (evaluation: Evaluation) => boolean;
  readonly next: string;
  readonly flow: DataFlow;
}

/** A compiled Wait state. */
export interface WaitNode {
  readonly type: 'Wait';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  readonly until: Reader<number>;
}

/** A compiled Succeed state. */
export interface SucceedNode {
  readonly type: 'Succeed';
  readonly name: string;
  readonly flow: DataFlow;
}

/** A compiled Fail state. */
export interface FailNode {
  readonly type: 'Fail';
  readonly name: string;
  readonly flow: DataFlow;
  readonly error: StringOrReader | undefined;
  readonly cause: StringOrReader | undefined;
}

/** A compiled Parallel state. */
export interface ParallelNode {
  readonly type: 'Parallel';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  readonly recovery: Recovery;
  readonly branches: readonly Graph[];
}

/** A compiled inline Map state. */
export interface MapNode {
  readonly type: 'Map';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  readonly recovery: Recovery;
  readonly processor: Graph;
  readonly items: ReturnType<QueryLanguage['compileItems']>;
  /** Null when the input of an iteration is its item. */
  readonly itemInput: ((evaluation: Evaluation) => Json) | null;
  /** 0 means no limit. */
  readonly maxConcurrency: NumberOrReader;
}

/** A compiled distributed Map state: its processor runs as child executions. */
export interface DistributedMapNode {
  readonly type: 'DistributedMap';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  readonly recovery: Recovery;
  /** Null when an `ItemReader` reads the items. */
  readonly items: ReturnType<QueryLanguage['compileRunItems']> | null;
  readonly request: Reader<MapRunRequest>;
  readonly label: string;
}

/** The fields of a map run that the definition decides, evaluated for one visit of the Map. */
export type MapRunRequest = Pick<
  MapRunSpec,
  'executionType' | 'reader' | 'batching' | 'maxConcurrency' | 'tolerated' | 'writer'
>;

/** A state's compiled `Retry` and `Catch`. */
export interface Recovery {
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
  /** Computes what a catcher outputs for an error. */
  readonly catcherOutputs: ReadonlyMap<Catcher, ReturnType<QueryLanguage['compileCatcherOutput']>>;
}

type NumberOrReader = Reader<number> | number;
type StringOrReader = Reader<string> | string;

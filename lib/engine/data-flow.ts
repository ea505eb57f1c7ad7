/**
 * The way of data through a JSONPath state: `InputPath` → `Parameters` → the work →
 * `ResultSelector` → `ResultPath` → `OutputPath`, each absent, null or given. Compiled once; pure;
 * the documents it is given are never changed.
 */
import type { Evaluation } from '../asl/evaluation.ts';
import type { Json } from '../asl/json.ts';
import { compilePath, type JsonPath } from '../asl/json-path.ts';
import { compileTemplate, type Template } from '../asl/payload-template.ts';
import { compileReferencePath, type ReferencePath } from '../asl/reference-path.ts';

/** A path that selects a document: all of it, none of it (`{}`), or what the path finds. */
export type Selector = 'whole' | 'none' | JsonPath;

/** Where a result goes: it replaces the input, it is dropped, or it is written into the input. */
export type Placement = 'replace' | 'discard' | ReferencePath;

/** A state's compiled fields of data flow; those that its type lacks are as if absent. */
export interface DataFlow {
  readonly inputPath: Selector;
  readonly parameters: Template | null;
  readonly resultSelector: Template | null;
  readonly resultPath: Placement;
  readonly outputPath: Selector;
}

interface DataFlowFields {
  readonly InputPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
}

/** Gives expressions what they may see. */
interface Scope {
  evaluation(input: Json): Evaluation;
}

const nothing: Json = Object.freeze({});

/** Compiles the fields that a state has. */
export function compileDataFlow(state: DataFlowFields): DataFlow {
  return {
    inputPath: compileSelector(state.InputPath),
    parameters: state.Parameters === undefined ? null : compileTemplate(state.Parameters),
    resultSelector:
      state.ResultSelector === undefined ? null : compileTemplate(state.ResultSelector),
    resultPath: compilePlacement(state.ResultPath),
    outputPath: compileSelector(state.OutputPath),
  };
}

/** Compiles `InputPath`, `OutputPath` or `ItemsPath`. */
export function compileSelector(path: string | null | undefined): Selector {
  if (path === null) return 'none';
  return path === undefined || path === '$' ? 'whole' : compilePath(path);
}

/** Compiles `ResultPath`. */
export function compilePlacement(path: string | null | undefined): Placement {
  if (path === null) return 'discard';
  return path === undefined || path === '$' ? 'replace' : compileReferencePath(path);
}

/** What the selector finds in `document`. A path that finds nothing is `States.Runtime`. */
export function select(selector: Selector, scope: Scope, document: Json): Json {
  if (selector === 'whole') return document;
  if (selector === 'none') return nothing;
  return selector.require(scope.evaluation(document));
}

/** What `template` makes of `document`, or the document itself without one. */
export function shape(template: Template | null, scope: Scope, document: Json): Json {
  return template === null ? document : template.evaluate(scope.evaluation(document));
}

/** What a state puts out for `result`: `ResultSelector` → `ResultPath` → `OutputPath`. */
export function outputOf(flow: DataFlow, scope: Scope, rawInput: Json, result: Json): Json {
  const selected = shape(flow.resultSelector, scope, result);
  return select(flow.outputPath, scope, place(flow.resultPath, rawInput, selected));
}

/** `result` placed into the raw input. */
export function place(placement: Placement, rawInput: Json, result: Json): Json {
  if (placement === 'replace') return result;
  return placement === 'discard' ? rawInput : placement.write(rawInput, result);
}

/**
 * What the fields of data flow in JSONPath are made of: paths that select, templates that shape,
 * places that are written to. Compiled once; pure; the documents it is given are never changed.
 */
import type { Evaluation } from '../asl/evaluation.ts';
import type { Json } from '../asl/json/json.ts';
import { compilePath, type JsonPath } from '../asl/json-path.ts';
import type { Template } from '../asl/payload-template.ts';
import { compileReferencePath, type ReferencePath } from '../asl/reference-path.ts';

/** A path that selects a document: all of it, none of it (`{}`), or what the path finds. */
export type Selector = 'whole' | 'none' | JsonPath;

/** Where a result goes: it replaces the input, it is dropped, or it is written into the input. */
export type Placement = 'replace' | 'discard' | ReferencePath;

/** Gives expressions what they may see. */
interface Scope {
  evaluation(input: Json): Evaluation;
}

const nothing: Json = Object.freeze({});

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

/** `result` placed into the raw input. */
export function place(placement: Placement, rawInput: Json, result: Json): Json {
  if (placement === 'replace') return result;
  return placement === 'discard' ? rawInput : placement.write(rawInput, result);
}

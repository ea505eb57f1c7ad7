/**
 * The data flow fields of JSONPath: `InputPath` and `OutputPath` select, templates shape,
 * `ResultPath` places. Compiled once; pure; documents are never modified.
 */
import type { Json } from '../../asl/json/json.ts';
import { compilePath, type JsonPath } from '../../asl/path/json-path.ts';
import { compileReferencePath, type ReferencePath } from '../../asl/path/reference-path.ts';
import type { Template } from '../../asl/payload-template.ts';
import type { FieldScope } from './query-language.ts';

/** A path that selects the whole document, nothing (`{}`), or the value that it leads to. */
export type Selector = 'whole' | 'none' | JsonPath;

/** Where a result goes: it replaces the input, is discarded, or is written into the input. */
export type Placement = 'replace' | 'discard' | ReferencePath;

type Scope = Pick<FieldScope, 'evaluation'>;

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

/** Returns what is selected of `document`. Throws `States.Runtime` when the path finds nothing. */
export function select(selector: Selector, scope: Scope, document: Json): Json {
  if (selector === 'whole') return document;
  if (selector === 'none') return nothing;
  return selector.require(scope.evaluation(document));
}

/** Returns `document` shaped by `template`, or unchanged without a template. */
export function applyTemplate(template: Template | null, scope: Scope, document: Json): Json {
  return template === null ? document : template.evaluate(scope.evaluation(document));
}

/** Returns the raw input with `result` placed into it. */
export function placeResult(placement: Placement, rawInput: Json, result: Json): Json {
  if (placement === 'replace') return result;
  return placement === 'discard' ? rawInput : placement.write(rawInput, result);
}

import { cached } from '../bounded-cache.ts';
import { isObject, type Json, withKey } from '../json/json.ts';
import { toCauseText } from '../json/json-depth.ts';
import { Scanner } from '../scanner.ts';
import { ErrorName, StateError } from '../state-error.ts';
import { parsePath } from './parse-path.ts';
import { stepInto } from './select-steps.ts';

/** A compiled reference path: it identifies one location to write to (`ResultPath`). */
export interface ReferencePath {
  readonly text: string;
  /**
   * Returns `document` with `value` at this location. It copies what changes, shares the rest, and
   * never modifies the document. Missing objects along the path are created. Throws
   * `States.ResultPathMatchFailure` when the path leads through a scalar or to a missing array
   * item.
   */
  write(document: Json, value: Json): Json;
}

type Step = { readonly kind: 'key'; readonly key: string } | { kind: 'index'; index: number };

/** Compiles `text`. Throws `INVALID_DEFINITION` when it is not a reference path. */
export const compileReferencePath: (text: string) => ReferencePath = cached((text) => {
  const steps = parseSteps(text);
  return {
    text,
    write: (document, value) => {
      const written = put(steps, 0, document, value);
      if (written !== undefined) return written;
      throw new StateError(
        ErrorName.resultPathMatchFailure,
        `Unable to apply ReferencePath ${text} to input ${toCauseText(document)}`,
      );
    },
  };
});

function parseSteps(text: string): readonly Step[] {
  const scanner = new Scanner(text);
  scanner.skipSpace();
  const { root, steps } = parsePath(scanner);
  scanner.skipSpace();
  const definite = steps.filter((step) => step.kind === 'key' || step.kind === 'index');
  const hasNegative = definite.some((step) => step.kind === 'index' && step.index < 0);
  if (!scanner.done || root !== '$' || definite.length < steps.length || hasNegative) {
    if (scanner.done) scanner.position = 0;
    throw scanner.failure(
      "a reference path ('$' and fields or array indexes, such as $.order.items[0])",
    );
  }
  return definite;
}

function put(
  steps: readonly Step[],
  at: number,
  target: Json | undefined,
  value: Json,
): Json | undefined {
  const step = steps[at];
  if (step === undefined) return value;
  if (step.kind === 'index') return putItem(steps, at, target, value);
  const object = target === undefined ? {} : target;
  if (!isObject(object)) return undefined;
  const inner = put(steps, at + 1, stepInto(object, step), value);
  return inner === undefined ? undefined : withKey(object, step.key, inner);
}

function putItem(
  steps: readonly Step[],
  at: number,
  target: Json | undefined,
  value: Json,
): Json | undefined {
  const step = steps[at];
  if (step?.kind !== 'index' || !Array.isArray(target)) return undefined;
  const item = stepInto(target, step);
  if (item === undefined) return undefined;
  const inner = put(steps, at + 1, item, value);
  return inner === undefined ? undefined : target.with(step.index, inner);
}

/**
 * Reference paths, which name one place to write to (`ResultPath`). Writing copies what it changes
 * and shares the rest; it never mutates the document.
 */
import { cached } from './bounded-cache.ts';
import { isObject, type Json, withKey } from './json/json.ts';
import { causeTextOf } from './json/json-depth.ts';
import { parsePath } from './path/parse-path.ts';
import { isDefiniteStep, stepInto } from './path/select-steps.ts';
import { Scanner } from './scanner.ts';
import { ErrorName, StateError } from './state-error.ts';

/** A compiled reference path. */
export interface ReferencePath {
  readonly text: string;
  /**
   * `document` with `value` in this place. Missing objects on the way are made; a path that leads
   * through a scalar, or to an array's item that is not there, is `States.ResultPathMatchFailure`.
   */
  write(document: Json, value: Json): Json;
}

type Place = { readonly kind: 'key'; readonly key: string } | { kind: 'index'; index: number };

/** Compiles `text`; one that is not a reference path is refused with `INVALID_DEFINITION`. */
export const compileReferencePath: (text: string) => ReferencePath = cached((text) => {
  const places = parsePlaces(text);
  return {
    text,
    write: (document, value) => {
      const written = put(places, 0, document, value);
      if (written !== undefined) return written;
      throw new StateError(
        ErrorName.resultPathMatchFailure,
        `Unable to apply ReferencePath ${text} to input ${causeTextOf(document)}`,
      );
    },
  };
});

function parsePlaces(text: string): readonly Place[] {
  const scanner = new Scanner(text);
  const { root, steps } = parsePath(scanner);
  const places = steps.filter(isDefiniteStep);
  const isPlain = places.every((place) => place.kind === 'key' || place.index >= 0);
  if (!scanner.done || root !== '$' || places.length < steps.length || !isPlain) {
    if (scanner.done) scanner.position = 0;
    throw scanner.failure(
      "a reference path ('$' and fields or array indexes, such as $.order.items[0])",
    );
  }
  return places;
}

function put(
  places: readonly Place[],
  at: number,
  target: Json | undefined,
  value: Json,
): Json | undefined {
  const place = places[at];
  if (place === undefined) return value;
  if (place.kind === 'index') return putItem(places, at, target, value);
  const object = target === undefined ? {} : target;
  if (!isObject(object)) return undefined;
  const inner = put(places, at + 1, stepInto(object, place), value);
  return inner === undefined ? undefined : withKey(object, place.key, inner);
}

function putItem(
  places: readonly Place[],
  at: number,
  target: Json | undefined,
  value: Json,
): Json | undefined {
  const place = places[at];
  if (place?.kind !== 'index' || !Array.isArray(target)) return undefined;
  const item = stepInto(target, place);
  if (item === undefined) return undefined;
  const inner = put(places, at + 1, item, value);
  return inner === undefined ? undefined : target.with(place.index, inner);
}

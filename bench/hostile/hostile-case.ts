import type { Json, JsonObject } from '../../lib/asl/json/json.ts';

/** A definition that was made to take as much time or memory as it can, and its data. */
export interface HostileCase {
  readonly name: string;
  readonly definition: () => JsonObject;
  /** @default an empty object */
  readonly input?: () => Json;
  /** What each Task returns. @default null */
  readonly result?: () => Json;
}

/** Returns the definition of a machine with one state. */
export function single(state: JsonObject): JsonObject {
  return { StartAt: 'S', States: { S: { ...state, End: true } } };
}

/** Returns a Pass that fills a template in JSONPath. */
export function passing(parameters: JsonObject): JsonObject {
  return single({ Type: 'Pass', Parameters: parameters });
}

/** Returns a Pass whose output is a template in JSONata. */
export function querying(output: Json): JsonObject {
  return { ...single({ Type: 'Pass', Output: output }), QueryLanguage: 'JSONata' };
}

/** Returns an object of `count` fields, each made from its index. */
export function fields(count: number, field: (index: number) => [string, Json]): JsonObject {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => field(index)));
}

/** Returns a list of `count` items, each made from its index. */
export function list(count: number, item: (index: number) => Json): Json[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

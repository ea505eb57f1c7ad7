/** Finds states in definitions. Pure. */

type JsonObject = Readonly<Record<string, unknown>>;

/** Returns the definition of a state, wherever in the machine it is. */
export function findState(definition: JsonObject, name: string): JsonObject | undefined {
  const waiting: JsonObject[] = [definition];
  for (const graph of waiting) {
    const states = isObject(graph.States) ? graph.States : {};
    const found = Object.hasOwn(states, name) ? states[name] : undefined;
    if (isObject(found)) return found;
    for (const state of Object.values(states)) waiting.push(...innerGraphs(state));
  }
  return undefined;
}

function innerGraphs(state: unknown): JsonObject[] {
  if (!isObject(state)) return [];
  const { Branches: branches, ItemProcessor: processor, Iterator: iterator } = state;
  return [...(Array.isArray(branches) ? branches : []), processor, iterator].filter(isObject);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

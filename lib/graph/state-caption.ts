import type { GraphState } from './machine-graph.ts';

/** Describes what a state does in a few words: its type, and the last part of its Resource. */
export function stateCaption({ type, resource, distributed }: GraphState): string {
  if (type === 'Map') return distributed ? 'Map, distributed' : 'Map';
  if (resource === null) return type;
  const tail = resource.split(/[/:]/).at(-1) ?? '';
  return tail === '' ? type : `${type} ${tail}`;
}

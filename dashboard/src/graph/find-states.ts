/** Finds states of a graph. Pure. */
import { type MachineGraph, rootScope } from '../../../lib/graph/machine-graph.ts';

/** Returns the state that a text means: its name, or the first that begins with it or has it. */
export function findStateName(names: readonly string[], typed: string): string | undefined {
  const text = typed.trim().toLowerCase();
  if (text === '') return undefined;
  const lower = names.map((name) => name.toLowerCase());
  for (const fits of [
    (name: string) => name === text,
    (name: string) => name.startsWith(text),
    (name: string) => name.includes(text),
  ]) {
    const at = lower.findIndex(fits);
    if (at !== -1) return names[at];
  }
  return undefined;
}

/** Returns the state at the top of the machine in which a state is: itself, or its outer owner. */
export function topStateOf(graph: MachineGraph, name: string): string {
  const scope = graph.states.find((state) => state.name === name)?.scope ?? rootScope;
  const owner = graph.scopes.find(({ id }) => id === scope)?.owner ?? null;
  return owner === null ? name : topStateOf(graph, owner);
}

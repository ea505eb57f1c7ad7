/**
 * Checks a graph of states: each state, that transitions lead somewhere, that all is reached and
 * ends.
 */
import { isObject, type Json, type JsonObject } from '../json/json.ts';
import { below, type Report, shown } from './report.ts';

/** The longest name of a state, in characters (AWS's quota). */
const stateNameLengthMax = 80;

/**
 * Checks the states of `graph` with `checkState` and how they hang together. `names` holds the
 * names of all graphs of the machine seen so far, because a name is unique in the whole machine.
 */
export function checkStates(
  graph: JsonObject,
  location: string,
  report: Report,
  names: Set<string>,
  checkState: (state: JsonObject, name: string) => void,
): void {
  const { States: states } = graph;
  if (!isObject(states)) {
    if (states !== undefined)
      report.schema(
        'Expected value of type [OBJECT]',
        below(location, 'States'),
        `found ${shown(states)}`,
      );
    return;
  }
  for (const [name, state] of Object.entries(states)) {
    const at = below(location, 'States', name);
    checkName(name, at, report, names);
    if (isObject(state)) checkState(state, name);
    else report.schema('Expected value of type [OBJECT]', at, `found ${shown(state)}`);
  }
  checkTransitions(graph, states, location, report);
}

function checkName(name: string, location: string, report: Report, names: Set<string>): void {
  if (name === '' || name.length > stateNameLengthMax) {
    const message = `A state's name must have 1 to ${stateNameLengthMax} characters`;
    report.schema(message, location, `found ${name.length}`);
  }
  if (names.has(name))
    report.error('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, location);
  names.add(name);
}

interface Transition {
  readonly target: string;
  readonly location: string;
}

function checkTransitions(
  graph: JsonObject,
  states: JsonObject,
  location: string,
  report: Report,
): void {
  const edges = new Map(
    Object.entries(states).map(([name, state]) => {
      return [name, transitionsOf(state, below(location, 'States', name))];
    }),
  );
  const start = transition(graph.StartAt, below(location, 'StartAt'));
  for (const { target, location: at } of [...start, ...[...edges.values()].flat()]) {
    if (edges.has(target)) continue;
    // AWS says 'Next' of every field that leads somewhere.
    report.error('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${target}`, at);
  }
  // As at AWS: only the machine's own graph needs an end; without one that alone is told, and no
  // place. A branch or a processor may loop until it fails.
  if (location === '' && !Object.values(states).some(isTerminal)) {
    report.error('MISSING_END_STATE', 'Workflow has no terminal state');
  } else if (start.length > 0) {
    checkReachable(start, edges, location, report);
  }
}

function checkReachable(
  start: readonly Transition[],
  edges: ReadonlyMap<string, readonly Transition[]>,
  location: string,
  report: Report,
): void {
  const reached = new Set(start.map(({ target }) => target));
  for (const name of reached) {
    for (const { target } of edges.get(name) ?? []) reached.add(target);
  }
  for (const name of edges.keys()) {
    if (reached.has(name)) continue;
    const message = `State "${name}" is not reachable.`;
    report.error('MISSING_TRANSITION_TARGET', message, below(location, 'States', name));
  }
}

function isTerminal(state: Json): boolean {
  if (!isObject(state)) return false;
  return state.End === true || state.Type === 'Succeed' || state.Type === 'Fail';
}

/** The names of the states that `state` can lead to. */
export function successorsOf(state: Json): string[] {
  return transitionsOf(state, '').map(({ target }) => target);
}

function transitionsOf(state: Json, location: string): Transition[] {
  if (!isObject(state)) return [];
  const { Next: next, Default: otherwise, Choices: choices, Catch: catchers } = state;
  return [
    ...transition(next, below(location, 'Next')),
    ...transitionsIn(choices, below(location, 'Choices')),
    ...transition(otherwise, below(location, 'Default')),
    ...transitionsIn(catchers, below(location, 'Catch')),
  ];
}

function transitionsIn(list: Json | undefined, location: string): Transition[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: Json, index) => {
    return isObject(item) ? transition(item.Next, below(location, index, 'Next')) : [];
  });
}

function transition(target: Json | undefined, location: string): Transition[] {
  return typeof target === 'string' && target !== '' ? [{ target, location }] : [];
}

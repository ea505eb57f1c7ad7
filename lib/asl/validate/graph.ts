/**
 * Checks a graph of states: each state, that transitions lead somewhere, that all is reached and
 * ends.
 */
import { isObject, type Json, type JsonObject } from '../json.ts';
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
  checkState: (state: JsonObject, location: string) => void,
): void {
  const { States: states } = graph;
  if (!isObject(states)) {
    if (states !== undefined)
      report.schema(
        "The value for the field 'States' must be an object",
        below(location, 'States'),
      );
    return;
  }
  for (const [name, state] of Object.entries(states)) {
    const at = below(location, 'States', name);
    checkName(name, at, report, names);
    if (isObject(state)) checkState(state, at);
    else report.schema('A state must be an object', at, `found ${shown(state)}`);
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
  const { StartAt: start } = graph;
  const isStartKnown = typeof start === 'string' && edges.has(start);
  if (typeof start === 'string' && !isStartKnown) {
    const message = `Missing 'StartAt' target: ${start}`;
    report.error('MISSING_TRANSITION_TARGET', message, below(location, 'StartAt'));
  }
  for (const { target, location: at } of [...edges.values()].flat()) {
    if (edges.has(target)) continue;
    report.error('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${target}`, at);
  }
  // As at AWS, a graph without an end is told as that alone, not state by state.
  if (!Object.values(states).some(isTerminal)) {
    report.error('MISSING_END_STATE', 'Workflow has no terminal state', location);
  } else if (isStartKnown) {
    checkReachable(start, edges, location, report);
  }
}

function checkReachable(
  start: string,
  edges: ReadonlyMap<string, readonly Transition[]>,
  location: string,
  report: Report,
): void {
  const reached = new Set([start]);
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

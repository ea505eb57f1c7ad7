/**
 * Checks a graph of states: the states, the targets of their transitions, that all states are
 * reachable and that the graph has an end.
 */
import { isObject, type Json, type JsonObject } from '../json/json.ts';
import { childPointer } from '../json/json-pointer.ts';
import { plainText } from '../plain-text.ts';
import { describeValue, type Report } from './report.ts';

/** Maximum length of a state's name, in characters, as at AWS. */
const stateNameLengthMax = 80;

/**
 * Checks the states of `graph` with `checkState`, and their transitions. `names` has the names of
 * all states that have been checked so far, because names are unique in the whole machine.
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
      report.schemaError(
        'Expected value of type [OBJECT]',
        childPointer(location, 'States'),
        `found ${describeValue(states)}`,
      );
    return;
  }
  for (const [name, state] of Object.entries(states)) {
    const at = childPointer(location, 'States', name);
    checkName(name, at, report, names);
    if (isObject(state)) checkState(state, name);
    else report.schemaError('Expected value of type [OBJECT]', at, `found ${describeValue(state)}`);
  }
  checkTransitions(graph, states, location, report);
}

function checkName(name: string, location: string, report: Report, names: Set<string>): void {
  if (name === '' || name.length > stateNameLengthMax) {
    const message = `A state's name must have 1 to ${stateNameLengthMax} characters`;
    report.schemaError(message, location, `found ${name.length}`);
  }
  warnOfLooks(name, location, report);
  if (names.has(name))
    report.error('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, location);
  names.add(name);
}

/** Warns of a name that looks like another one: people find states by their names. */
function warnOfLooks(name: string, location: string, report: Report): void {
  const shown = plainText(name);
  if (shown !== name) {
    const message = `The name has characters that are not seen, such as controls: ${shown}`;
    report.warning('CONFUSABLE_STATE_NAME', message, location);
  } else if (name !== name.normalize('NFC')) {
    const message =
      'The name has letters in parts (not in Unicode NFC): it differs from one that looks the same';
    report.warning('CONFUSABLE_STATE_NAME', message, location);
  }
}

interface Transition {
  readonly target: string;
  /** Where it is in its state. */
  readonly field: readonly (string | number)[];
}

function checkTransitions(
  graph: JsonObject,
  states: JsonObject,
  location: string,
  report: Report,
): void {
  const edges = new Map<string, readonly Transition[]>();
  for (const name of Object.keys(states)) edges.set(name, listTransitions(states[name]));
  const start = toTransition(graph.StartAt, ['StartAt']);
  checkTargets(start, location, edges, report);
  for (const [name, transitions] of edges) {
    checkTargets(transitions, childPointer(location, 'States', name), edges, report);
  }
  // As at AWS, only the top-level graph needs an end, and without one AWS reports nothing else and
  // no location. A branch or a processor may loop until it fails.
  if (location === '' && !Object.values(states).some(isTerminal)) {
    report.error('MISSING_END_STATE', 'Workflow has no terminal state');
  } else if (start.length > 0) {
    checkReachable(start, edges, location, report);
  }
}

function checkTargets(
  transitions: readonly Transition[],
  location: string,
  states: ReadonlyMap<string, unknown>,
  report: Report,
): void {
  for (const { target, field } of transitions) {
    if (states.has(target)) continue;
    // AWS reports 'Next' for all fields with transitions.
    const at = childPointer(location, ...field);
    report.error('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${target}`, at);
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
    report.error('MISSING_TRANSITION_TARGET', message, childPointer(location, 'States', name));
  }
}

function isTerminal(state: Json): boolean {
  if (!isObject(state)) return false;
  return state.End === true || state.Type === 'Succeed' || state.Type === 'Fail';
}

/** Returns the names of the states that may follow `state`. */
export function listSuccessors(state: Json): string[] {
  return listTransitions(state).map(({ target }) => target);
}

function listTransitions(state: Json | undefined): readonly Transition[] {
  if (!isObject(state)) return none;
  const { Next: next, Default: otherwise, Choices: choices, Catch: catchers } = state;
  const first = toTransition(next, nextField);
  if (choices === undefined && otherwise === undefined && catchers === undefined) return first;
  return [
    ...first,
    ...nextOfEach(choices, 'Choices'),
    ...toTransition(otherwise, ['Default']),
    ...nextOfEach(catchers, 'Catch'),
  ];
}

const none: readonly Transition[] = [];
const nextField = ['Next'];

function nextOfEach(list: Json | undefined, field: string): readonly Transition[] {
  if (!Array.isArray(list)) return none;
  return list.flatMap((item: Json, index) => {
    return isObject(item) ? toTransition(item.Next, [field, index, 'Next']) : [];
  });
}

function toTransition(target: Json | undefined, field: Transition['field']): readonly Transition[] {
  return typeof target === 'string' && target !== '' ? [{ target, field }] : none;
}

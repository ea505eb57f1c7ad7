/**
 * Finds the state under test: a definition that is a single state stands in a machine of its own,
 * and one of a whole machine is looked through to the innermost Parallel and Map.
 */

import type {
  MachineDefinition,
  QueryLanguageName,
  StateDefinition,
  StateGraph,
} from '../asl/definition.ts';
import { isObject, type Json } from '../asl/json/json.ts';
import { parseDocument } from '../asl/parse.ts';
import { type AwsDiagnostic, creationRefusal } from '../asl/validate/aws-diagnostic.ts';
import { validateDefinition } from '../asl/validate/aws-validation.ts';
import { compileMachine, type Graph, type Machine, type StateNode } from '../engine/machine.ts';
import { hasCode } from '../errors.ts';
import { withInlineMaps } from './inline-maps.ts';
import { refuse } from './refusal.ts';
import type { TestStateRequest } from './request.ts';

/** A state, as it is written and as it is run. */
export interface Subject {
  readonly name: string;
  readonly machine: Machine;
  /** The states around it. */
  readonly graph: Graph;
  readonly state: StateDefinition;
  readonly node: StateNode;
  readonly language: QueryLanguageName;
}

/** What AWS calls a state that is tested alone. */
const loneName = 'StateName';

/** How many states are listed to somebody who names one that is not there. */
const namesTold = 20;

/** Throws INVALID_DEFINITION, or INVALID_ARGUMENT when there is no such state. */
export function findSubject({ definition, stateName }: TestStateRequest): Subject {
  const written = readDefinition(definition);
  if (stateName === undefined && isObject(written) && 'States' in written) {
    const message = 'A state machine definition was given without a state name';
    refuse('ValidationException', message, 'name the state to test: `stateName`, or `--state`');
  }
  const alone = stateName === undefined;
  const whole: Json = alone ? { StartAt: loneName, States: { [loneName]: written } } : written;
  const checked = withInlineMaps(checkDefinition(whole, alone));
  const machine = compileMachine(checked);
  const { QueryLanguage = 'JSONPath' } = checked;
  const found = find(checked, machine.graph, stateName ?? loneName);
  if (found === undefined) {
    const message = 'State not found in definition';
    const names = namesIn(checked, machine.graph).slice(0, namesTold).join("', '");
    const told = `no state is named '${stateName}'; there are '${names}'`;
    return refuse('ValidationException', message, told);
  }
  return { ...found, machine, language: found.state.QueryLanguage ?? QueryLanguage };
}

/** The names of all states inside of a Parallel or Map. */
export function statesInside({ state, node }: Pick<Subject, 'state' | 'node'>): string[] {
  return graphsIn(state, node).flatMap(([written, graph]) => namesIn(written, graph));
}

function namesIn(written: StateGraph, graph: Graph): string[] {
  return Object.entries(written.States).flatMap(([name, inner]) => {
    const compiled = graph.states.get(name);
    if (compiled === undefined) return [name];
    return [name, ...statesInside({ state: inner, node: compiled })];
  });
}

function readDefinition(text: string): Json {
  try {
    return parseDocument(text);
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    const told = creationRefusal(validateDefinition(text).diagnostics);
    return refuse('InvalidDefinition', told ?? error.message, error.message);
  }
}

function checkDefinition(whole: Json, alone: boolean): MachineDefinition {
  const { diagnostics } = validateDefinition(JSON.stringify(whole), { severity: 'ERROR' });
  const told = creationRefusal(
    diagnostics.filter((finding) => !(alone && isOfStandingAlone(finding))),
  );
  if (isDefinition(whole, told)) return whole;
  return refuse('InvalidDefinition', told ?? '', '`millrace validate` tells more');
}

/** Where a state stands alone, the states that it leads to are not there, and need not be. */
function isOfStandingAlone({ code, location = '' }: AwsDiagnostic): boolean {
  if (code === 'MISSING_END_STATE') return true;
  const own = `/States/${loneName}/`;
  return code === 'MISSING_TRANSITION_TARGET' && !location.slice(own.length).includes('/States/');
}

function isDefinition(document: unknown, told: string | undefined): document is MachineDefinition {
  return document !== undefined && told === undefined;
}

type Found = Pick<Subject, 'name' | 'graph' | 'state' | 'node'>;

function find(written: StateGraph, graph: Graph, name: string): Found | undefined {
  for (const [key, state] of Object.entries(written.States)) {
    const node = graph.states.get(key);
    if (node === undefined) continue;
    if (key === name) return { name, graph, state, node };
    for (const [inner, compiled] of graphsIn(state, node)) {
      const found = find(inner, compiled, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function graphsIn(state: StateDefinition, node: StateNode): [StateGraph, Graph][] {
  if (state.Type === 'Parallel' && node.type === 'Parallel') {
    return node.branches.flatMap((compiled, index) => {
      const written = state.Branches[index];
      return written === undefined ? [] : [[written, compiled]];
    });
  }
  const processor = state.Type === 'Map' ? (state.ItemProcessor ?? state.Iterator) : undefined;
  if (processor === undefined || node.type !== 'Map') return [];
  return [[processor, node.processor]];
}

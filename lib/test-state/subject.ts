import type {
  MachineDefinition,
  QueryLanguageName,
  StateDefinition,
  StateGraph,
} from '../asl/definition.ts';
import { isObject, type Json } from '../asl/json/json.ts';
import { parseDocument } from '../asl/parse.ts';
import { type AwsDiagnostic, formatCreationError } from '../asl/validate/aws-diagnostic.ts';
import { validateDefinition } from '../asl/validate/aws-validation.ts';
import { compileMachine } from '../engine/compile-machine.ts';
import type { Machine } from '../engine/machine.ts';
import type { Graph, StateNode } from '../engine/node.ts';
import { hasCode } from '../errors.ts';
import { withInlineMaps } from './inline-maps.ts';
import { refuseTest } from './refusal.ts';
import type { TestStateRequest } from './request.ts';

/** The state under test, in its definition and compiled. */
export interface Subject {
  readonly name: string;
  readonly machine: Machine;
  /** The compiled states around it. */
  readonly graph: Graph;
  readonly state: StateDefinition;
  readonly node: StateNode;
  readonly language: QueryLanguageName;
}

/** AWS's name for a state that is tested alone. */
export const singleStateName = 'StateName';

/** Maximum number of states that an error lists. */
const listedNamesMax = 20;

/**
 * Finds the state under test. A definition of a single state becomes a machine of its own; in a
 * whole machine, the state may be nested in Parallel and Map states. Throws INVALID_DEFINITION, or
 * INVALID_ARGUMENT when there is no such state.
 */
export function findSubject({ definition, stateName }: TestStateRequest): Subject {
  const written = readDefinition(definition);
  if (stateName === undefined && isObject(written) && 'States' in written) {
    const message = 'A state machine definition was given without a state name';
    refuseTest('ValidationException', message, 'name the state to test: `stateName`, or `--state`');
  }
  const isSingle = stateName === undefined;
  const definitionDocument: Json = isSingle
    ? { StartAt: singleStateName, States: { [singleStateName]: written } }
    : written;
  const checked = withInlineMaps(checkDefinition(definitionDocument, isSingle));
  const machine = compileMachine(checked);
  const { QueryLanguage = 'JSONPath' } = checked;
  const found = find(checked, machine.graph, stateName ?? singleStateName);
  if (found === undefined) {
    const message = 'State not found in definition';
    const names = listNames(checked, machine.graph).slice(0, listedNamesMax).join("', '");
    const advice = `no state is named '${stateName}'; found '${names}'`;
    return refuseTest('ValidationException', message, advice);
  }
  return { ...found, machine, language: found.state.QueryLanguage ?? QueryLanguage };
}

/** Returns the names of all states inside a Parallel or Map. */
export function listStatesInside({ state, node }: Pick<Subject, 'state' | 'node'>): string[] {
  return listInnerGraphs(state, node).flatMap(([written, graph]) => listNames(written, graph));
}

function listNames(written: StateGraph, graph: Graph): string[] {
  return Object.entries(written.States).flatMap(([name, inner]) => {
    const compiled = graph.states.get(name);
    if (compiled === undefined) return [name];
    return [name, ...listStatesInside({ state: inner, node: compiled })];
  });
}

function readDefinition(text: string): Json {
  try {
    return parseDocument(text);
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    const message = formatCreationError(validateDefinition(text).diagnostics);
    return refuseTest('InvalidDefinition', message ?? error.message, error.message);
  }
}

function checkDefinition(document: Json, isSingle: boolean): MachineDefinition {
  const { diagnostics } = validateDefinition(JSON.stringify(document), { severity: 'ERROR' });
  const message = formatCreationError(
    diagnostics.filter((finding) => !(isSingle && isMissingNeighbour(finding))),
  );
  if (isDefinition(document, message)) return document;
  return refuseTest('InvalidDefinition', message ?? '', 'run `millrace validate` for details');
}

/** A state that is tested alone may lead to states that are missing from its definition. */
function isMissingNeighbour({ code, location = '' }: AwsDiagnostic): boolean {
  if (code === 'MISSING_END_STATE') return true;
  const own = `/States/${singleStateName}/`;
  return code === 'MISSING_TRANSITION_TARGET' && !location.slice(own.length).includes('/States/');
}

function isDefinition(
  document: unknown,
  problem: string | undefined,
): document is MachineDefinition {
  return document !== undefined && problem === undefined;
}

type Found = Pick<Subject, 'name' | 'graph' | 'state' | 'node'>;

function find(written: StateGraph, graph: Graph, name: string): Found | undefined {
  for (const [key, state] of Object.entries(written.States)) {
    const node = graph.states.get(key);
    if (node === undefined) continue;
    if (key === name) return { name, graph, state, node };
    for (const [inner, compiled] of listInnerGraphs(state, node)) {
      const found = find(inner, compiled, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function listInnerGraphs(state: StateDefinition, node: StateNode): [StateGraph, Graph][] {
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

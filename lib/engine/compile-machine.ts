import {
  type MachineDefinition,
  type MachineType,
  nestingMax,
  type QueryLanguageName,
  type StateDefinition,
  type StateGraph,
} from '../asl/definition.ts';
import { findTaskResources } from '../asl/find-task-resources.ts';
import { assertNever, MillraceError } from '../errors.ts';
import { findLanguage } from './language/find-language.ts';
import { durationMsMax, type EngineLimits, engineLimitDefaults } from './limits.ts';
import type { Machine } from './machine.ts';
import type { Graph, StateNode } from './node.ts';
import { compileChoice } from './states/choice.ts';
import { compileDistributedMap, isDistributed } from './states/distributed-map.ts';
import { compileFail } from './states/fail.ts';
import { compileMap } from './states/map.ts';
import { compileMessage } from './states/message.ts';
import { compileParallel } from './states/parallel.ts';
import { compilePass } from './states/pass.ts';
import { compileSucceed } from './states/succeed.ts';
import { compileTask } from './states/task.ts';
import { compileWait } from './states/wait.ts';

/**
 * Compiles a validated definition. Limits default to {@link engineLimitDefaults}.
 * @throws MillraceError INVALID_DEFINITION when Parallel and Map states nest deeper than
 * `nestingMax`
 */
export function compileMachine(
  definition: MachineDefinition,
  customLimits: Partial<EngineLimits> = {},
  type: MachineType = 'STANDARD',
): Machine {
  const limits = { ...engineLimitDefaults, ...customLimits };
  return {
    type,
    graph: compileGraph(definition, definition.QueryLanguage ?? 'JSONPath', 0),
    resources: findTaskResources(definition),
    timeoutMs: resolveTimeout(definition, type, limits),
    limits,
  };
}

function resolveTimeout(
  { TimeoutSeconds }: MachineDefinition,
  type: MachineType,
  { expressMsMax }: EngineLimits,
): number | null {
  const longest = type === 'EXPRESS' ? expressMsMax : durationMsMax;
  if (TimeoutSeconds !== undefined) return Math.min(TimeoutSeconds * 1_000, longest);
  return type === 'EXPRESS' ? longest : null;
}

function compileGraph(graph: StateGraph, language: QueryLanguageName, depth: number): Graph {
  if (depth > nestingMax) {
    throw new MillraceError(
      'INVALID_DEFINITION',
      `expected Parallel and Map states to nest at most ${nestingMax} deep, found the graph that starts at ` +
        `'${graph.StartAt}' deeper: move the inner states into a machine of their own`,
      { fields: { startAt: graph.StartAt, nestingMax } },
    );
  }
  const compileInner = (child: StateGraph): Graph => compileGraph(child, language, depth + 1);
  const states = new Map<string, StateNode>();
  for (const [name, state] of Object.entries(graph.States)) {
    states.set(name, compileState(name, state, language, compileInner));
  }
  return { startAt: graph.StartAt, states };
}

function compileState(
  name: string,
  state: StateDefinition,
  machineLanguage: QueryLanguageName,
  compileInner: (graph: StateGraph) => Graph,
): StateNode {
  const language = findLanguage(state.QueryLanguage ?? machineLanguage);
  switch (state.Type) {
    case 'Task':
      return compileTask(name, state, language);
    case 'Pass':
      return compilePass(name, state, language);
    case 'Choice':
      return compileChoice(name, state, language);
    case 'Wait':
      return compileWait(name, state, language);
    case 'Succeed':
      return compileSucceed(name, state, language);
    case 'Fail':
      return compileFail(name, state, language);
    case 'Parallel':
      return compileParallel(name, state, language, compileInner);
    case 'Map':
      return isDistributed(state)
        ? compileDistributedMap(name, state, language)
        : compileMap(name, state, language, compileInner);
    case 'Message':
      return compileMessage(name, state, language);
    default:
      return assertNever(state);
  }
}

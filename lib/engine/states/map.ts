/**
 * Map, inline: runs its processor once for each item, at most `MaxConcurrency` at once; the
 * outputs, in the items' order, are its result. An iteration that fails fails it.
 */
import type { MapState, StateGraph } from '../../asl/definition.ts';
import type { Json } from '../../asl/json.ts';
import { compilePath, type JsonPath } from '../../asl/json-path.ts';
import { compileTemplate, type Template } from '../../asl/payload-template.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import { MillraceError } from '../../errors.ts';
import { recordAborted } from '../abort.ts';
import {
  compileDataFlow,
  compileSelector,
  type DataFlow,
  outputOf,
  type Selector,
  select,
} from '../data-flow.ts';
import type { Graph } from '../machine.ts';
import { integerAt } from '../path-integer.ts';
import { compileRecovery, type Recovery } from '../recovery.ts';
import { type Branch, type Done, gather, isDone } from '../snapshot.ts';
import type { Step } from '../step.ts';
import { beginning, type Visit } from '../visit.ts';

/** A compiled Map state. */
export interface MapNode {
  readonly type: 'Map';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  readonly recovery: Recovery;
  readonly processor: Graph;
  readonly itemsPath: Selector;
  /** How the path reads in messages: AWS writes the context's `$$` as `$`. */
  readonly itemsPathText: string;
  readonly itemSelector: Template | null;
  /** 0 means no limit. */
  readonly maxConcurrency: number | JsonPath;
}

/** Compiles a Map state; `compileGraph` compiles its processor. */
export function compileMap(
  name: string,
  state: MapState,
  compileGraph: (graph: StateGraph) => Graph,
): MapNode {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) {
    throw new MillraceError(
      'INVALID_DEFINITION',
      `Expected an ItemProcessor in the Map state '${name}', found none; give it the states to run for each item.`,
      { fields: { state: name } },
    );
  }
  const { Parameters, ...fields } = state;
  const itemSelector = state.ItemSelector ?? Parameters;
  return {
    type: 'Map',
    name,
    next: state.Next ?? null,
    // in a Map, Parameters is the older spelling of ItemSelector
    flow: compileDataFlow(fields),
    recovery: compileRecovery(state),
    processor: compileGraph(processor),
    itemsPath: compileSelector(state.ItemsPath),
    itemsPathText: (state.ItemsPath ?? '$').replace(/^\$\$/, '$'),
    itemSelector: itemSelector === undefined ? null : compileTemplate(itemSelector),
    maxConcurrency:
      state.MaxConcurrencyPath === undefined
        ? (state.MaxConcurrency ?? 0)
        : compilePath(state.MaxConcurrencyPath),
  };
}

/** Finds the items and starts as many iterations as may run at once. */
export function runMap(visit: Visit, node: MapNode): Step {
  const effective = select(node.flow.inputPath, visit, visit.input);
  visit.items = itemsIn(visit, node, effective);
  const together = concurrencyOf(visit, node, effective) || visit.items.length;
  visit.record('MapStateStarted', { mapStateStartedEventDetails: { length: visit.items.length } });
  const children: (Branch | Done)[] = [];
  const first = Math.min(together, visit.items.length);
  while (children.length < first) startIteration(visit, node, children, visit.lastId);
  return { kind: 'forked', children };
}

/** Finds the items again, for a Map that has started before. */
export function resumeMap(visit: Visit, node: MapNode): void {
  visit.items = itemsIn(visit, node, select(node.flow.inputPath, visit, visit.input));
}

/** Records that the iteration `index` is done, and starts the next in its place. */
export function continueMap(
  visit: Visit,
  node: MapNode,
  children: (Branch | Done)[],
  index: number,
  done: Done,
): void {
  const succeededId = visit.turn.record('MapIterationSucceeded', done.lastId, {
    mapIterationSucceededEventDetails: { name: node.name, index },
  });
  // the Map goes on from this event, the next iteration from the one before it
  children[index] = { output: done.output, lastId: succeededId };
  if (children.length < visit.items.length) startIteration(visit, node, children, done.lastId);
}

/** Starts as many more iterations as may run at once, for a Map that is redriven. */
export function refillMap(visit: Visit, node: MapNode, children: (Branch | Done)[]): void {
  const effective = select(node.flow.inputPath, visit, visit.input);
  const { length } = visit.items;
  const together = concurrencyOf(visit, node, effective) || length;
  let running = children.filter((child) => !isDone(child)).length;
  for (; running < together && children.length < length; running++) {
    startIteration(visit, node, children, visit.lastId);
  }
}

/** What the iterations have come to: still running, failed, or all done. */
export function settleMap(visit: Visit, node: MapNode, children: readonly (Branch | Done)[]): Step {
  const { failed, outputs, lastId } = gather(children);
  if (failed !== undefined) return failMap(visit, node, children, failed);
  const { length } = visit.items;
  if (outputs.length < length) {
    return { kind: 'blocked', doing: { kind: 'map', length, iterations: children } };
  }
  visit.lastId = Math.max(visit.lastId, lastId);
  visit.turn.record('MapStateSucceeded', visit.lastId);
  const output = outputOf(node.flow, visit, visit.input, outputs);
  return { kind: 'finished', output, next: node.next };
}

function failMap(
  visit: Visit,
  node: MapNode,
  children: readonly (Branch | Done)[],
  failed: Branch,
): Step {
  const { turn } = visit;
  const failedIndex = children.indexOf(failed);
  const previous = failed.lastId;
  const { name } = node;
  turn.record('MapIterationFailed', previous, {
    mapIterationFailedEventDetails: { name, index: failedIndex },
  });
  recordAborted(turn, node.processor, failed, previous);
  children.forEach((child, index) => {
    if (isDone(child) || index === failedIndex) return;
    turn.record('MapIterationAborted', previous, {
      mapIterationAbortedEventDetails: { name, index },
    });
    recordAborted(turn, node.processor, child, previous);
  });
  visit.lastId = previous;
  visit.record('MapStateFailed');
  return { kind: 'failed', ...failed.failure };
}

function startIteration(
  visit: Visit,
  node: MapNode,
  children: (Branch | Done)[],
  previousEventId: number,
): void {
  const index = children.length;
  const started = visit.turn.record('MapIterationStarted', previousEventId, {
    mapIterationStartedEventDetails: { name: node.name, index },
  });
  const input = iterationInput(visit, node, index);
  children.push(beginning(node.processor, input, started, visit.turn.at));
}

function iterationInput(visit: Visit, node: MapNode, index: number): Json {
  const item = visit.items[index] ?? null;
  if (node.itemSelector === null) return item;
  const effective = select(node.flow.inputPath, visit, visit.input);
  return node.itemSelector.evaluate(visit.itemEvaluation(effective, index));
}

function itemsIn(visit: Visit, node: MapNode, effective: Json): readonly Json[] {
  const items = select(node.itemsPath, visit, effective);
  if (Array.isArray(items)) return items;
  throw new StateError(
    ErrorName.runtime,
    `Reference path "${node.itemsPathText}" must point to array.`,
  );
}

function concurrencyOf(visit: Visit, node: MapNode, effective: Json): number {
  const { maxConcurrency } = node;
  if (typeof maxConcurrency === 'number') return maxConcurrency;
  return integerAt(maxConcurrency, 'MaxConcurrencyPath', 0, visit, effective);
}

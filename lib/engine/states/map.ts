/**
 * Inline Map: runs its processor once for each item, at most `MaxConcurrency` at a time. Its result
 * is the list of outputs, in the order of the items. A failed iteration fails the state.
 */
import type { MapState, StateGraph } from '../../asl/definition.ts';
import type { Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { MillraceError } from '../../errors.ts';
import { recordAborted } from '../abort.ts';
import { type QueryLanguage, read } from '../language/query-language.ts';
import type { Graph, MapNode } from '../node.ts';
import { compileRecovery } from '../recovery.ts';
import { type Branch, type Done, isDone, type MapDoing, summarizeChildren } from '../snapshot.ts';
import { finished, type Step } from '../step.ts';
import { newBranch, type Visit } from '../visit.ts';

/** Compiles a Map state; `compileGraph` compiles its processor. */
export function compileMap(
  name: string,
  state: MapState,
  language: QueryLanguage,
  compileGraph: (graph: StateGraph) => Graph,
): MapNode {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) {
    throw new MillraceError(
      'INVALID_DEFINITION',
      `expected an ItemProcessor in the Map state '${name}', found none: add the states to run for each item`,
      { fields: { state: name } },
    );
  }
  const { MaxConcurrency = 0, MaxConcurrencyPath } = state;
  return {
    type: 'Map',
    name,
    next: state.Next ?? null,
    flow: language.compileFlow(state),
    recovery: compileRecovery(state, language),
    processor: compileGraph(processor),
    items: language.compileItems(state),
    itemInput: language.compileItemInput(state),
    maxConcurrency:
      language.compileInteger({
        name: 'MaxConcurrency',
        value: MaxConcurrency,
        path: MaxConcurrencyPath,
        min: 0,
      }) ?? 0,
  };
}

/** Evaluates the items and starts as many iterations as `MaxConcurrency` allows. */
export function runMap(visit: Visit, node: MapNode): Step {
  const effective = node.flow.effectiveInput(visit);
  evaluateItems(visit, node);
  const concurrency = read(node.maxConcurrency, visit, effective) || visit.items.length;
  visit.record('MapStateStarted', { mapStateStartedEventDetails: { length: visit.items.length } });
  const children: (Branch | Done)[] = [];
  const first = Math.min(concurrency, visit.items.length);
  while (children.length < first) startIteration(visit, node, children, visit.lastId);
  return { kind: 'forked', children };
}

/** Restores the items of a Map that has started before. */
export function resumeMap(visit: Visit, node: MapNode, doing: MapDoing): void {
  if (doing.items === undefined) {
    evaluateItems(visit, node);
    return;
  }
  visit.items = doing.items;
  visit.keepsItems = true;
}

/** Returns what a Map with these iterations is blocked on. */
export function createMapDoing(
  { items, keepsItems }: Visit,
  iterations: readonly (Branch | Done)[],
): MapDoing {
  const { length } = items;
  return { kind: 'map', length, ...(keepsItems ? { items } : {}), iterations };
}

/** Records that the iteration `index` succeeded, and starts the next in its place. */
export function continueMap(
  visit: Visit,
  node: MapNode,
  children: (Branch | Done)[],
  index: number,
  done: Done,
): void {
  const succeededId = visit.transition.record('MapIterationSucceeded', done.lastId, {
    mapIterationSucceededEventDetails: { name: node.name, index },
  });
  // The Map continues from this event, the next iteration from the event before it.
  children[index] = { output: done.output, lastId: succeededId };
  if (children.length < visit.items.length) startIteration(visit, node, children, done.lastId);
}

/** Starts further iterations up to `MaxConcurrency`, for a Map that is redriven. */
export function refillMap(visit: Visit, node: MapNode, children: (Branch | Done)[]): void {
  const effective = node.flow.effectiveInput(visit);
  const { length } = visit.items;
  const concurrency = read(node.maxConcurrency, visit, effective) || length;
  let running = children.filter((child) => !isDone(child)).length;
  for (; running < concurrency && children.length < length; running++) {
    startIteration(visit, node, children, visit.lastId);
  }
}

/** Returns the next step of the Map: blocked on iterations, failed, or finished. */
export function joinMap(visit: Visit, node: MapNode, children: readonly (Branch | Done)[]): Step {
  const { failed, outputs, lastId } = summarizeChildren(children);
  if (failed !== undefined) return failMap(visit, node, children, failed);
  const { length } = visit.items;
  if (outputs.length < length) {
    return { kind: 'blocked', doing: createMapDoing(visit, children) };
  }
  visit.lastId = Math.max(visit.lastId, lastId);
  visit.transition.record('MapStateSucceeded', visit.lastId);
  return finished(node.flow.applyResult(visit, outputs), node.next);
}

function failMap(
  visit: Visit,
  node: MapNode,
  children: readonly (Branch | Done)[],
  failed: Branch,
): Step {
  const { transition } = visit;
  visit.lastId = failed.lastId;
  // States.Runtime ends the whole execution, and only that end is recorded.
  if (failed.failure?.error === ErrorName.runtime) return { kind: 'failed', ...failed.failure };
  const failedIndex = children.indexOf(failed);
  const previous = failed.lastId;
  const { name } = node;
  transition.record('MapIterationFailed', previous, {
    mapIterationFailedEventDetails: { name, index: failedIndex },
  });
  recordAborted(transition, node.processor, failed, previous);
  children.forEach((child, index) => {
    if (isDone(child) || index === failedIndex) return;
    transition.record('MapIterationAborted', previous, {
      mapIterationAbortedEventDetails: { name, index },
    });
    recordAborted(transition, node.processor, child, previous);
  });
  return { kind: 'failed', ...failed.failure };
}

function startIteration(
  visit: Visit,
  node: MapNode,
  children: (Branch | Done)[],
  previousEventId: number,
): void {
  const index = children.length;
  const started = visit.transition.record('MapIterationStarted', previousEventId, {
    mapIterationStartedEventDetails: { name: node.name, index },
  });
  const input = iterationInput(visit, node, index);
  children.push(newBranch(node.processor, input, started, visit.transition.at));
}

function iterationInput(visit: Visit, node: MapNode, index: number): Json {
  const item = visit.items[index] ?? null;
  if (node.itemInput === null) return item;
  return node.itemInput(visit.itemEvaluation(node.flow.effectiveInput(visit), index));
}

function evaluateItems(visit: Visit, node: MapNode): void {
  const evaluation = visit.recomputableEvaluation(node.flow.effectiveInput(visit), () => {
    visit.keepsItems = true;
  });
  visit.keepsItems = false;
  visit.items = node.items(visit, evaluation);
}

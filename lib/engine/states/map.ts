/**
 * Inline Map: runs its processor once for each item, at most `MaxConcurrency` at a time. Its result
 * is the list of outputs, in the order of the items. A failed iteration fails the state.
 */
import type { MapState, StateGraph } from '../../asl/definition.ts';
import type { Json } from '../../asl/json/json.ts';
import { measureLength } from '../../asl/json/json-length.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { MillraceError } from '../../errors.ts';
import { recordAborted } from '../abort.ts';
import { type QueryLanguage, read } from '../language/query-language.ts';
import type { Graph, MapNode } from '../node.ts';
import { compileRecovery } from '../recovery.ts';
import { type Branch, type Done, isDone, type MapDoing, summarizeChildren } from '../snapshot.ts';
import { finished, type Step } from '../step.ts';
import { newBranch, type Visit } from '../visit.ts';
import { requireJoinable } from './join-limit.ts';

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
  startIterations(visit, node, children, concurrency);
  return { kind: 'forked', children };
}

/**
 * Starts iterations until `concurrency` run. When the transition is full, it leaves the rest to the
 * next one.
 */
function startIterations(
  visit: Visit,
  node: MapNode,
  children: (Branch | Done)[],
  concurrency: number,
): void {
  const { length } = visit.items;
  const open = children.filter((child): child is Branch => !isDone(child));
  let running = open.length;
  let newest = open.at(-1);
  const most = Math.min(concurrency, iterationsRunningMax);
  while (running < most && children.length < length) {
    if (newest !== undefined && running >= concurrencyOf(visit, node, newest.input)) return;
    if (visit.transition.isFull) {
      visit.startsLater = true;
      return;
    }
    newest = startIteration(visit, node, children, visit.lastId);
    running += 1;
  }
}

/** Returns how many iterations with inputs of this size may run at once. */
function concurrencyOf(visit: Visit, { itemInput }: MapNode, input: Json): number {
  // Items alone are parts of one document.
  if (itemInput === null) return iterationsRunningMax;
  const { budget } = visit.transition;
  const chars = measureLength(input, visit.transition.machine.limits.payloadBytesMax);
  budget.add(chars / 8);
  return Math.max(iterationsRunningMin, Math.floor(runningCharsMax / Math.max(chars, 1)));
}

/** Restores the items of a Map that has started before. */
export function resumeMap(visit: Visit, node: MapNode, doing: MapDoing): void {
  visit.startsLater = doing.at !== undefined;
  if (doing.items === undefined) {
    visit.transition.budget.renew();
    evaluateItems(visit, node);
    return;
  }
  visit.items = doing.items;
  visit.keepsItems = true;
}

/** Returns what a Map with these iterations is blocked on. */
export function createMapDoing(
  { items, keepsItems, startsLater, transition }: Visit,
  iterations: readonly (Branch | Done)[],
): MapDoing {
  const { length } = items;
  const due = startsLater ? { at: transition.at } : {};
  return { kind: 'map', length, ...(keepsItems ? { items } : {}), ...due, iterations };
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
  if (children.length >= visit.items.length) return;
  if (visit.transition.isFull) visit.startsLater = true;
  else startIteration(visit, node, children, done.lastId);
}

/**
 * Starts further iterations up to `MaxConcurrency`, for a Map that is redriven, or that could not
 * start all of them in one transition.
 */
export function refillMap(visit: Visit, node: MapNode, children: (Branch | Done)[]): void {
  visit.startsLater = false;
  if (children.length >= visit.items.length) return;
  if (visit.transition.isFull) {
    visit.startsLater = true;
    return;
  }
  visit.transition.budget.renew();
  const effective = node.flow.effectiveInput(visit);
  const concurrency = read(node.maxConcurrency, visit, effective) || visit.items.length;
  startIterations(visit, node, children, concurrency);
}

/** Returns the next step of the Map: blocked on iterations, failed, or finished. */
export function joinMap(visit: Visit, node: MapNode, children: readonly (Branch | Done)[]): Step {
  const { failed, outputs, lastId, outputChars } = summarizeChildren(children);
  if (failed !== undefined) return failMap(visit, node, children, failed);
  requireJoinable(visit, outputChars);
  const { length } = visit.items;
  if (outputs.length < length || visit.transition.isFull) {
    return { kind: 'blocked', doing: createMapDoing(visit, children) };
  }
  visit.transition.budget.renew();
  visit.transition.budget.refer(children.length);
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

/** Work above which the items are stored instead of being computed for every event. */
const recomputedWorkMax = 50_000;

/** Maximum number of iterations that run at once. AWS quota: 40. */
const iterationsRunningMax = 1_000;

/**
 * Maximum length of the inputs of running iterations together, in characters; 40 of them run at
 * once whatever their length, as at AWS.
 */
const runningCharsMax = 16_777_216;
const iterationsRunningMin = 40;

/** Work of starting an iteration, and of keeping it in the snapshot. */
const workPerIteration = 100;

function startIteration(
  visit: Visit,
  node: MapNode,
  children: (Branch | Done)[],
  previousEventId: number,
): Branch {
  const index = children.length;
  visit.transition.budget.renew();
  visit.transition.budget.add(workPerIteration);
  const started = visit.transition.record('MapIterationStarted', previousEventId, {
    mapIterationStartedEventDetails: { name: node.name, index },
  });
  const input = iterationInput(visit, node, index);
  const branch = newBranch(node.processor, input, started, visit.transition.at);
  children.push(branch);
  return branch;
}

function iterationInput(visit: Visit, node: MapNode, index: number): Json {
  const item = visit.items[index] ?? null;
  if (node.itemInput === null) return item;
  return node.itemInput(visit.itemEvaluation(node.flow.effectiveInput(visit), index));
}

function evaluateItems(visit: Visit, node: MapNode): void {
  const { budget } = visit.transition;
  const before = budget.spent;
  const evaluation = visit.recomputableEvaluation(node.flow.effectiveInput(visit), () => {
    visit.keepsItems = true;
  });
  visit.keepsItems = false;
  visit.items = node.items(visit, evaluation);
  if (budget.spent - before > recomputedWorkMax) visit.keepsItems = true;
}

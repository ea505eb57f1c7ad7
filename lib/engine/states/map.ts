/**
 * Map, inline: runs its processor once for each item, at most `MaxConcurrency` at once; the
 * outputs, in the items' order, are its result. An iteration that fails fails it.
 */
import type { MapState, StateGraph } from '../../asl/definition.ts';
import type { Evaluation } from '../../asl/evaluation.ts';
import type { Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { MillraceError } from '../../errors.ts';
import { recordAborted } from '../abort.ts';
import {
  type DataFlow,
  type QueryLanguage,
  type Reader,
  read,
} from '../language/query-language.ts';
import type { Graph } from '../machine.ts';
import { compileRecovery, type Recovery } from '../recovery.ts';
import { type Branch, type Done, gather, isDone, type MapDoing } from '../snapshot.ts';
import { finished, type Step } from '../step.ts';
import { beginning, type Visit } from '../visit.ts';

/** A compiled Map state. */
export interface MapNode {
  readonly type: 'Map';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  readonly recovery: Recovery;
  readonly processor: Graph;
  readonly items: ReturnType<QueryLanguage['items']>;
  /** Null when an iteration is given its item. */
  readonly itemInput: ((evaluation: Evaluation) => Json) | null;
  /** 0 means no limit. */
  readonly maxConcurrency: Reader<number> | number;
}

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
      `Expected an ItemProcessor in the Map state '${name}', found none; give it the states to run for each item.`,
      { fields: { state: name } },
    );
  }
  const { MaxConcurrency = 0, MaxConcurrencyPath } = state;
  return {
    type: 'Map',
    name,
    next: state.Next ?? null,
    flow: language.flow(state),
    recovery: compileRecovery(state, language),
    processor: compileGraph(processor),
    items: language.items(state),
    itemInput: language.itemInput(state),
    maxConcurrency:
      language.integer({
        name: 'MaxConcurrency',
        value: MaxConcurrency,
        path: MaxConcurrencyPath,
        least: 0,
      }) ?? 0,
  };
}

/** Finds the items and starts as many iterations as may run at once. */
export function runMap(visit: Visit, node: MapNode): Step {
  const effective = node.flow.effective(visit);
  findItems(visit, node);
  const together = read(node.maxConcurrency, visit, effective) || visit.items.length;
  visit.record('MapStateStarted', { mapStateStartedEventDetails: { length: visit.items.length } });
  const children: (Branch | Done)[] = [];
  const first = Math.min(together, visit.items.length);
  while (children.length < first) startIteration(visit, node, children, visit.lastId);
  return { kind: 'forked', children };
}

/** Finds the items again, for a Map that has started before. */
export function resumeMap(visit: Visit, node: MapNode, doing: MapDoing): void {
  if (doing.items === undefined) {
    findItems(visit, node);
    return;
  }
  visit.items = doing.items;
  visit.keepsItems = true;
}

/** What a Map with these iterations is blocked on. */
export function mapDoing(
  { items, keepsItems }: Visit,
  iterations: readonly (Branch | Done)[],
): MapDoing {
  const { length } = items;
  return { kind: 'map', length, ...(keepsItems ? { items } : {}), iterations };
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
  const effective = node.flow.effective(visit);
  const { length } = visit.items;
  const together = read(node.maxConcurrency, visit, effective) || length;
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
    return { kind: 'blocked', doing: mapDoing(visit, children) };
  }
  visit.lastId = Math.max(visit.lastId, lastId);
  visit.turn.record('MapStateSucceeded', visit.lastId);
  return finished(node.flow.settle(visit, outputs), node.next);
}

function failMap(
  visit: Visit,
  node: MapNode,
  children: readonly (Branch | Done)[],
  failed: Branch,
): Step {
  const { turn } = visit;
  visit.lastId = failed.lastId;
  // what ends the whole execution is told by its end alone
  if (failed.failure?.error === ErrorName.runtime) return { kind: 'failed', ...failed.failure };
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
  if (node.itemInput === null) return item;
  return node.itemInput(visit.itemEvaluation(node.flow.effective(visit), index));
}

function findItems(visit: Visit, node: MapNode): void {
  const evaluation = visit.repeatable(node.flow.effective(visit), () => {
    visit.keepsItems = true;
  });
  visit.keepsItems = false;
  visit.items = node.items(visit, evaluation);
}

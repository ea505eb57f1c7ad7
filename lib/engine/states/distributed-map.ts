/**
 * Distributed Map: starts a map run, whose children are executions of their own, and waits for its
 * result. Every expression of the state is evaluated before the run starts, so that the run needs
 * nothing from the parent. Each retry starts another run.
 */
import type { ItemProcessor, MapState } from '../../asl/definition.ts';
import { createUuid } from '../../asl/intrinsics/numbers.ts';
import type { Json } from '../../asl/json/json.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import { assert } from '../../errors.ts';
import { toMapRunArn } from '../arn/make-arn.ts';
import { type QueryLanguage, type Reader, read } from '../language/query-language.ts';
import {
  compileItemBatcher,
  compileItemReader,
  compileResultWriter,
  compileTolerated,
} from '../map-run/map-run-fields.ts';
import type { MapRunSpec } from '../map-run/map-run-spec.ts';
import type { DistributedMapNode, MapRunRequest } from '../node.ts';
import { compileRecovery } from '../recovery.ts';
import { type AcceptedMapRun, commandName, type Doing, type MapRunDoing } from '../snapshot.ts';
import { type Failed, finished, type Step, toFailureDetails } from '../step.ts';
import type { Visit } from '../visit.ts';

/** Returns what a Map runs for each item; undefined in a definition that was not validated. */
export function findProcessor({ ItemProcessor, Iterator }: MapState): ItemProcessor | undefined {
  return ItemProcessor ?? Iterator;
}

/** Whether the Map runs its processor as child executions. */
export function isDistributed(state: MapState): boolean {
  return findProcessor(state)?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/** Compiles a Map that {@link isDistributed}. Its processor is compiled as a separate machine. */
export function compileDistributedMap(
  name: string,
  state: MapState,
  language: QueryLanguage,
): DistributedMapNode {
  return {
    type: 'DistributedMap',
    name,
    next: state.Next ?? null,
    flow: language.compileFlow(state),
    recovery: compileRecovery(state, language),
    items: state.ItemReader === undefined ? language.compileRunItems(state) : null,
    request: compileRequest(state, language),
    label: state.Label ?? name,
  };
}

/** Starts the run; blocked until it ends. */
export function runDistributedMap(visit: Visit, node: DistributedMapNode): Step {
  if (visit.mapRun !== undefined) return redriveMapRun(visit, node, visit.mapRun);
  const effective = node.flow.effectiveInput(visit);
  const items = node.items?.(visit, visit.evaluation(effective)) ?? null;
  visit.record('MapStateStarted', { mapStateStartedEventDetails: { length: countItems(items) } });
  const run = createRunSpec(visit, node, effective, items);
  visit.record('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: run.mapRunArn } });
  if ((run.reader?.itemsMax ?? 0) < 0) {
    return failMapRun(visit, ErrorName.itemReaderFailed, 'field MaxItems must be positive');
  }
  visit.transition.send({ type: 'mapRun', command: commandName(visit), run });
  return { kind: 'blocked', doing: { kind: 'mapRun', run } };
}

/** Continues the run with the children that did not succeed, as AWS does. */
function redriveMapRun(
  visit: Visit,
  { name }: DistributedMapNode,
  { mapRunArn, redrives }: AcceptedMapRun,
): Step {
  const mapRun = { mapRunArn, redrives: redrives + 1 };
  visit.record('MapRunRedriven', {
    mapRunRedrivenEventDetails: { mapRunArn, redriveCount: mapRun.redrives },
  });
  const command = commandName(visit);
  visit.transition.send({ type: 'mapRunRedrive', command, mapRunArn, stateName: name });
  return { kind: 'blocked', doing: { kind: 'mapRun', mapRun, isRedrive: true } };
}

/** Returns what the Map waits for once its run, or the redrive of it, was accepted. */
export function acceptMapRun(doing: Doing): MapRunDoing {
  assert(doing.kind === 'mapRun', 'only a distributed Map waits for a run');
  const { run, mapRun } = doing;
  if (run === undefined) return mapRun === undefined ? doing : { kind: 'mapRun', mapRun };
  return { kind: 'mapRun', mapRun: { mapRunArn: run.mapRunArn, redrives: 0 } };
}

function countItems(items: MapRunSpec['items']): number {
  if (items === null) return 0;
  return Array.isArray(items) ? items.length : Object.keys(items).length;
}

/** Ends the state when its run succeeded; a result over the payload limit fails the run. */
export function succeedMapRun(visit: Visit, node: DistributedMapNode, result: Json): Step {
  try {
    visit.transition.encode(result, node.name);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    return failMapRun(visit, thrown.error, thrown.causeText);
  }
  visit.record('MapRunSucceeded');
  // The state continues from the event of the run.
  visit.transition.record('MapStateSucceeded', visit.lastId);
  return finished(node.flow.applyResult(visit, result), node.next);
}

/** Fails the state when its run failed. */
export function failMapRun(
  visit: Visit,
  error: string | undefined,
  cause: string | undefined,
): Failed {
  const failure = toFailureDetails(error, cause);
  visit.record('MapRunFailed', { mapRunFailedEventDetails: failure });
  return { kind: 'failed', ...failure };
}

function compileRequest(state: MapState, language: QueryLanguage): Reader<MapRunRequest> {
  const { ItemReader, ItemBatcher, ResultWriter, MaxConcurrency, MaxConcurrencyPath } = state;
  const reader = ItemReader && compileItemReader(ItemReader, language);
  const batching = ItemBatcher && compileItemBatcher(ItemBatcher, language);
  const writer = ResultWriter && compileResultWriter(ResultWriter, language);
  const tolerated = compileTolerated(state, language);
  const maxConcurrency = language.compileInteger({
    name: 'MaxConcurrency',
    value: MaxConcurrency,
    path: MaxConcurrencyPath,
    min: 0,
  });
  const executionType = findProcessor(state)?.ProcessorConfig?.ExecutionType ?? 'STANDARD';
  return (visit, effective) => ({
    executionType,
    tolerated: tolerated(visit, effective),
    maxConcurrency: read(maxConcurrency, visit, effective) ?? 0,
    reader: reader?.(visit, effective) ?? null,
    batching: batching?.(visit, effective) ?? null,
    writer: writer?.(visit, effective) ?? null,
  });
}

function createRunSpec(
  visit: Visit,
  node: DistributedMapNode,
  effective: Json,
  items: MapRunSpec['items'],
): MapRunSpec {
  const { transition } = visit;
  const requested = node.request(visit, effective);
  return {
    mapRunArn: toMapRunArn(
      transition.identity.machineArn,
      node.label,
      createUuid(transition.random),
    ),
    stateName: node.name,
    label: node.label,
    scope: {
      input: effective,
      context: visit.evaluation(effective).context(),
      variables: visit.visibleVariables(),
    },
    items,
    ...requested,
  };
}

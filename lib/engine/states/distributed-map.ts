/**
 * Map, distributed: asks for a run whose children are executions of their own, and waits for what
 * they come to. Every expression of the state is evaluated here, before the run is asked for, so
 * that whoever carries it out needs nothing of the parent; each try is another run.
 */
import type { ItemProcessor, MapState } from '../../asl/definition.ts';
import { uuid } from '../../asl/intrinsics/numbers.ts';
import type { Json } from '../../asl/json/json.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import { mapRunArn } from '../execution-identity.ts';
import {
  type DataFlow,
  type QueryLanguage,
  type Reader,
  read,
} from '../language/query-language.ts';
import {
  compileItemBatcher,
  compileItemReader,
  compileResultWriter,
  compileTolerated,
} from '../map-run/map-run-fields.ts';
import type { MapRunSpec } from '../map-run/map-run-spec.ts';
import { compileRecovery, type Recovery } from '../recovery.ts';
import { type Failed, failureOf, finished, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Map whose processor runs as executions of their own. */
export interface DistributedMapNode {
  readonly type: 'DistributedMap';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  readonly recovery: Recovery;
  /** Null when a reader has them. */
  readonly items: ReturnType<QueryLanguage['items']> | null;
  readonly request: Reader<Pick<MapRunSpec, Requested>>;
  readonly label: string;
}

/** What a run is asked for beside its items and its name. */
type Requested =
  | 'executionType'
  | 'reader'
  | 'batching'
  | 'maxConcurrency'
  | 'tolerated'
  | 'writer';

/** What a Map runs for each item; undefined in a definition that has not been validated. */
export function processorOf({ ItemProcessor, Iterator }: MapState): ItemProcessor | undefined {
  return ItemProcessor ?? Iterator;
}

/** Whether the children of the Map are executions of their own. */
export function isDistributed(state: MapState): boolean {
  return processorOf(state)?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/** Compiles a Map that {@link isDistributed}. Its processor is a machine of its own. */
export function compileDistributedMap(
  name: string,
  state: MapState,
  language: QueryLanguage,
): DistributedMapNode {
  return {
    type: 'DistributedMap',
    name,
    next: state.Next ?? null,
    flow: language.flow(state),
    recovery: compileRecovery(state, language),
    items: state.ItemReader === undefined ? language.items(state) : null,
    request: compileRequest(state, language),
    label: state.Label ?? name,
  };
}

/** Asks for the run; blocked until it is over. */
export function runDistributedMap(visit: Visit, node: DistributedMapNode): Step {
  const effective = node.flow.effective(visit);
  const items = node.items?.(visit, visit.evaluation(effective)) ?? null;
  visit.record('MapStateStarted', { mapStateStartedEventDetails: { length: items?.length ?? 0 } });
  const run = runSpec(visit, node, effective, items);
  visit.record('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: run.mapRunArn } });
  if ((run.reader?.itemsMax ?? 0) < 0) {
    return failMapRun(visit, ErrorName.itemReaderFailed, 'field MaxItems must be positive');
  }
  visit.turn.send({ type: 'mapRun', command: `${visit.enteredId}:${visit.attempt}`, run });
  return { kind: 'blocked', doing: { kind: 'mapRun', run } };
}

/** What the end of a run leads to; a result over the payload limit is a failure of the run. */
export function succeedMapRun(visit: Visit, node: DistributedMapNode, result: Json): Step {
  try {
    visit.turn.textOf(result, node.name);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    return failMapRun(visit, thrown.error, thrown.causeText);
  }
  visit.record('MapRunSucceeded');
  // the state goes on from the event of the run
  visit.turn.record('MapStateSucceeded', visit.lastId);
  return finished(node.flow.settle(visit, result), node.next);
}

/** What the failure of a run leads to. */
export function failMapRun(visit: Visit, error: string, cause: string): Failed {
  const failure = failureOf(error, cause);
  visit.record('MapRunFailed', { mapRunFailedEventDetails: failure });
  return { kind: 'failed', ...failure };
}

function compileRequest(
  state: MapState,
  language: QueryLanguage,
): Reader<Pick<MapRunSpec, Requested>> {
  const { ItemReader, ItemBatcher, ResultWriter, MaxConcurrency, MaxConcurrencyPath } = state;
  const reader = ItemReader && compileItemReader(ItemReader, language);
  const batching = ItemBatcher && compileItemBatcher(ItemBatcher, language);
  const writer = ResultWriter && compileResultWriter(ResultWriter, language);
  const tolerated = compileTolerated(state, language);
  const maxConcurrency = language.integer({
    name: 'MaxConcurrency',
    value: MaxConcurrency,
    path: MaxConcurrencyPath,
    least: 0,
  });
  const executionType = processorOf(state)?.ProcessorConfig?.ExecutionType ?? 'STANDARD';
  return (visit, effective) => ({
    executionType,
    tolerated: tolerated(visit, effective),
    maxConcurrency: read(maxConcurrency, visit, effective) ?? 0,
    reader: reader?.(visit, effective) ?? null,
    batching: batching?.(visit, effective) ?? null,
    writer: writer?.(visit, effective) ?? null,
  });
}

function runSpec(
  visit: Visit,
  node: DistributedMapNode,
  effective: Json,
  items: readonly Json[] | null,
): MapRunSpec {
  const { turn } = visit;
  const requested = node.request(visit, effective);
  return {
    mapRunArn: mapRunArn(turn.identity.machineArn, node.label, uuid(turn.random)),
    stateName: node.name,
    label: node.label,
    scope: {
      input: effective,
      context: visit.evaluation(effective).context(),
      variables: visit.seenVariables(),
    },
    items,
    ...requested,
  };
}

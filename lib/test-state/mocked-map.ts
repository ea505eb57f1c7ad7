/**
 * The work of a Map whose iterations are mocked: its items, its iterations' inputs and its limits
 * are found as the interpreter finds them; how many iterations have failed, and what they put out,
 * the test says.
 */
import type { MapState } from '../asl/definition.ts';
import type { Json } from '../asl/json/json.ts';
import { ErrorName } from '../asl/state-error.ts';
import { languageOf } from '../engine/language/language-of.ts';
import { read } from '../engine/language/query-language.ts';
import type { MapNode } from '../engine/states/map.ts';
import type { Step } from '../engine/step.ts';
import type { InspectedVisit } from './inspected-visit.ts';
import { readItems } from './item-reader-data.ts';
import { refuse } from './refusal.ts';
import type { StateConfiguration } from './request.ts';
import type { Subject } from './subject.ts';

/** A Map under test. */
export interface MapSubject extends Pick<Subject, 'language'> {
  readonly state: MapState;
  readonly node: MapNode;
}

/** Runs it up to its iterations, and on from `mocked`, what they come to. */
export function runMockedMap(
  visit: InspectedVisit,
  subject: MapSubject,
  configuration: StateConfiguration,
  mocked: (visit: InspectedVisit) => Step,
): Step {
  const effective = subject.node.flow.effective(visit);
  findItems(visit, subject, effective, configuration);
  shapeInputs(visit, subject, effective);
  visit.seen.maxConcurrency = read(subject.node.maxConcurrency, visit, effective) ?? 0;
  readThresholds(visit, subject, effective);
  const { mapIterationFailureCount = 0, errorCausedByState } = configuration;
  if (errorCausedByState !== undefined) return mocked(visit);
  return exceeds(visit, mapIterationFailureCount) ? thresholdExceeded : mocked(visit);
}

const thresholdExceeded: Step = Object.freeze({
  kind: 'failed',
  error: ErrorName.exceedToleratedFailureThreshold,
  cause: 'The specified tolerated failure threshold was exceeded',
});

function findItems(
  visit: InspectedVisit,
  { state, node, language }: MapSubject,
  effective: Json,
  { mapItemReaderData, mapIterationFailureCount = 0 }: StateConfiguration,
): void {
  const { ItemReader } = state;
  if (ItemReader === undefined) {
    visit.items = node.items(visit, visit.evaluation(effective));
    if (language === 'JSONPath') visit.seen.afterItemsPath = JSON.stringify(visit.items);
  } else if (mapItemReaderData === undefined) {
    return; // what it would read is not known, nor how many items there are
  } else {
    visit.items = readItems(ItemReader, mapItemReaderData);
    if (ItemReader.ReaderConfig?.ItemsPointer !== undefined) {
      visit.seen.afterItemsPointer = JSON.stringify(visit.items);
    }
  }
  if (mapIterationFailureCount <= visit.items.length) return;
  const message =
    'Map iteration failure count must be less than or equal to the number of Map iterations';
  const advice = `${visit.items.length} iterations, ${mapIterationFailureCount} failures`;
  refuse('ValidationException', message, advice);
}

function shapeInputs(visit: InspectedVisit, { node }: MapSubject, effective: Json): void {
  const { itemInput } = node;
  if (itemInput === null) return;
  const inputs = visit.items.map((_, index) => itemInput(visit.itemEvaluation(effective, index)));
  visit.seen.afterItemSelector = JSON.stringify(inputs);
}

function readThresholds(
  visit: InspectedVisit,
  { state, language }: MapSubject,
  effective: Json,
): void {
  const fields = languageOf(language);
  const count = fields.integer({
    name: 'ToleratedFailureCount',
    value: state.ToleratedFailureCount,
    path: state.ToleratedFailureCountPath,
    least: 0,
  });
  const percentage = fields.number({
    name: 'ToleratedFailurePercentage',
    value: state.ToleratedFailurePercentage,
    path: state.ToleratedFailurePercentagePath,
  });
  const { seen } = visit;
  const [tolerated, share] = [read(count, visit, effective), read(percentage, visit, effective)];
  if (tolerated !== undefined) seen.toleratedFailureCount = tolerated;
  if (share !== undefined) seen.toleratedFailurePercentage = share;
}

/** A Map that names no threshold tolerates in a test whatever number of failures it says. */
function exceeds({ seen, items }: InspectedVisit, failures: number): boolean {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = seen;
  if (count !== undefined && failures > count) return true;
  return percentage !== undefined && failures * 100 > percentage * items.length;
}

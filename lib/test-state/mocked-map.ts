/**
 * Runs a Map whose iterations are mocked. Its items, the inputs of its iterations and its limits
 * are evaluated as in an execution; the test provides the outputs and the number of failures.
 */
import type { MapState } from '../asl/definition.ts';
import type { Json } from '../asl/json/json.ts';
import { requireBuiltLength } from '../asl/json/json-length.ts';
import { ErrorName } from '../asl/state-error.ts';
import { findLanguage } from '../engine/language/find-language.ts';
import { read } from '../engine/language/query-language.ts';
import type { MapNode } from '../engine/node.ts';
import type { Step } from '../engine/step.ts';
import type { InspectedVisit } from './inspected-visit.ts';
import { readItems } from './item-reader-data.ts';
import { refuseTest } from './refusal.ts';
import type { StateConfiguration } from './request.ts';
import type { Subject } from './subject.ts';

/** The Map under test. */
export interface MapSubject extends Pick<Subject, 'language'> {
  readonly state: MapState;
  readonly node: MapNode;
}

/** Runs the Map up to its iterations, and returns the step of `mocked` for their results. */
export function runMockedMap(
  visit: InspectedVisit,
  subject: MapSubject,
  configuration: StateConfiguration,
  mocked: (visit: InspectedVisit) => Step,
): Step {
  const effective = subject.node.flow.effectiveInput(visit);
  evaluateItems(visit, subject, effective, configuration);
  evaluateInputs(visit, subject, effective);
  visit.inspection.maxConcurrency = read(subject.node.maxConcurrency, visit, effective) ?? 0;
  evaluateThresholds(visit, subject, effective);
  const { mapIterationFailureCount = 0, errorCausedByState } = configuration;
  if (errorCausedByState !== undefined) return mocked(visit);
  return exceeds(visit, mapIterationFailureCount) ? thresholdExceeded : mocked(visit);
}

const thresholdExceeded: Step = Object.freeze({
  kind: 'failed',
  error: ErrorName.exceedToleratedFailureThreshold,
  cause: 'The specified tolerated failure threshold was exceeded',
});

function evaluateItems(
  visit: InspectedVisit,
  { state, node, language }: MapSubject,
  effective: Json,
  { mapItemReaderData, mapIterationFailureCount = 0 }: StateConfiguration,
): void {
  const { ItemReader } = state;
  if (ItemReader === undefined) {
    visit.items = node.items(visit, visit.evaluation(effective));
    if (language === 'JSONPath') visit.inspection.afterItemsPath = JSON.stringify(visit.items);
  } else if (mapItemReaderData === undefined) {
    return; // The items, and their number, are unknown without the data.
  } else {
    visit.items = readItems(ItemReader, mapItemReaderData);
    if (ItemReader.ReaderConfig?.ItemsPointer !== undefined) {
      visit.inspection.afterItemsPointer = JSON.stringify(visit.items);
    }
  }
  if (mapIterationFailureCount <= visit.items.length) return;
  const message =
    'Map iteration failure count must be less than or equal to the number of Map iterations';
  const advice = `found ${mapIterationFailureCount} failures of ${visit.items.length} iterations`;
  refuseTest('ValidationException', message, advice);
}

function evaluateInputs(visit: InspectedVisit, { node }: MapSubject, effective: Json): void {
  const { itemInput } = node;
  if (itemInput === null) return;
  const inputs = visit.items.map((_, index) => itemInput(visit.itemEvaluation(effective, index)));
  const { budget } = visit.transition;
  visit.inspection.afterItemSelector = JSON.stringify(requireBuiltLength(inputs, budget));
}

function evaluateThresholds(
  visit: InspectedVisit,
  { state, language }: MapSubject,
  effective: Json,
): void {
  const fields = findLanguage(language);
  const count = fields.compileInteger({
    name: 'ToleratedFailureCount',
    value: state.ToleratedFailureCount,
    path: state.ToleratedFailureCountPath,
    min: 0,
  });
  const percentage = fields.compileNumber({
    name: 'ToleratedFailurePercentage',
    value: state.ToleratedFailurePercentage,
    path: state.ToleratedFailurePercentagePath,
  });
  const { inspection } = visit;
  const [tolerated, share] = [read(count, visit, effective), read(percentage, visit, effective)];
  if (tolerated !== undefined) inspection.toleratedFailureCount = tolerated;
  if (share !== undefined) inspection.toleratedFailurePercentage = share;
}

/** In a test, a Map without a threshold tolerates any number of failures. */
function exceeds({ inspection, items }: InspectedVisit, failures: number): boolean {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = inspection;
  if (count !== undefined && failures > count) return true;
  return percentage !== undefined && failures * 100 > percentage * items.length;
}

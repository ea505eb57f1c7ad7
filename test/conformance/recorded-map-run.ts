/**
 * Performs the map runs of a recorded execution: reads the items from the objects in the recording,
 * runs the children one after another, and combines their results with the production code.
 */
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import type { RandomAndTime } from '../../lib/asl/evaluation.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { type ChildResult, createMapResult } from '../../lib/batch/map-run/child-result.ts';
import { ChildSource } from '../../lib/batch/map-run/child-source.ts';
import { createItemSource } from '../../lib/batch/map-run/item-source.ts';
import { MapRunFailure } from '../../lib/batch/map-run/map-run-failure.ts';
import { createWrittenResult, ResultFiles } from '../../lib/batch/map-run/result-files.ts';
import { exceedsTolerated, toleranceFailure } from '../../lib/batch/map-run/tolerance.ts';
import type { UntimedEvent } from '../../lib/engine/event.ts';
import { compileItemSelector } from '../../lib/engine/map-run/map-run.ts';
import type { MapRunSpec } from '../../lib/engine/map-run/map-run-spec.ts';
import type { ObjectStore } from '../../lib/ports/object-store.ts';

/** What a map run is performed with. */
export interface MapRunHarness {
  readonly definition: MachineDefinition;
  readonly objects: ObjectStore;
  readonly randomAndTime: RandomAndTime;
  /** Runs one child to its end. */
  readonly runChild: (run: MapRunSpec, input: Json, index: number) => Promise<ChildResult>;
}

/** Performs a map run and returns the answer to its command. */
export async function performMapRun(
  command: string,
  run: MapRunSpec,
  harness: MapRunHarness,
): Promise<UntimedEvent> {
  try {
    const children = await runChildren(run, harness);
    return {
      type: 'commandSucceeded',
      command,
      result: await combineResults(run, children, harness),
    };
  } catch (thrown) {
    if (!(thrown instanceof MapRunFailure)) throw thrown;
    return { type: 'commandFailed', command, error: thrown.error, cause: thrown.causeText };
  }
}

async function runChildren(
  run: MapRunSpec,
  { definition, objects, randomAndTime, runChild }: MapRunHarness,
): Promise<ChildResult[]> {
  const shape = compileItemSelector(definition, run.stateName);
  const source = new ChildSource({
    run,
    items: createItemSource(run, objects),
    shape,
    randomAndTime,
  });
  const { items } = await source.read(null, Number.POSITIVE_INFINITY);
  await source.close();
  const children: ChildResult[] = [];
  for (const item of items) {
    if ('value' in item) children.push(await runChild(run, item.value, item.index));
  }
  const failed = children.filter(({ status }) => status !== 'SUCCEEDED').length;
  if (exceedsTolerated({ failed, total: children.length }, run.tolerated)) throw toleranceFailure();
  return children;
}

async function combineResults(
  run: MapRunSpec,
  children: readonly ChildResult[],
  { objects }: MapRunHarness,
): Promise<Json> {
  const { writer } = run;
  if (writer === null || writer.parameters === null)
    return createMapResult(children, writer ?? undefined);
  const files = new ResultFiles(run);
  const written = [...children.flatMap((child) => files.add(child)), ...files.finish()];
  for (const { path, content } of written) await objects.put(path, content);
  return createWrittenResult(run);
}

/**
 * Carries out the run of a distributed Map of a recorded execution: its items from the objects that
 * the recording had stored, its children one after another, their results as the production pieces
 * put them together.
 */
import type { MachineDefinition } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { type ChildResult, mapResult } from '../../lib/batch/map-run/child-result.ts';
import { ChildSource } from '../../lib/batch/map-run/child-source.ts';
import { itemSource } from '../../lib/batch/map-run/item-source.ts';
import { MapRunFailure } from '../../lib/batch/map-run/map-run-failure.ts';
import { ResultFiles, writtenResult } from '../../lib/batch/map-run/result-files.ts';
import { exceedsTolerated, toleranceFailure } from '../../lib/batch/map-run/tolerance.ts';
import { type Chance, compileItemInput } from '../../lib/engine/map-run/map-run.ts';
import type { MapRunSpec } from '../../lib/engine/map-run/map-run-spec.ts';
import type { ObjectStore } from '../../lib/ports/object-store.ts';
import type { UntimedEvent } from '../../lib/roles/execution/answer-events.ts';

/** What a run is carried out with. */
export interface MapRunHarness {
  readonly definition: MachineDefinition;
  readonly objects: ObjectStore;
  readonly chance: Chance;
  /** Runs one child to its end. */
  readonly runChild: (run: MapRunSpec, input: Json, index: number) => Promise<ChildResult>;
}

/** The answer of `command`. */
export async function carryOutMapRun(
  command: string,
  run: MapRunSpec,
  harness: MapRunHarness,
): Promise<UntimedEvent> {
  try {
    const children = await runChildren(run, harness);
    return { type: 'commandSucceeded', command, result: await resultOf(run, children, harness) };
  } catch (thrown) {
    if (!(thrown instanceof MapRunFailure)) throw thrown;
    return { type: 'commandFailed', command, error: thrown.error, cause: thrown.causeText };
  }
}

async function runChildren(
  run: MapRunSpec,
  { definition, objects, chance, runChild }: MapRunHarness,
): Promise<ChildResult[]> {
  const shape = compileItemInput(definition, run.stateName);
  const source = new ChildSource({ run, items: itemSource(run, objects), shape, chance });
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

async function resultOf(
  run: MapRunSpec,
  children: readonly ChildResult[],
  { objects }: MapRunHarness,
): Promise<Json> {
  const { writer } = run;
  if (writer === null || writer.parameters === null)
    return mapResult(children, writer ?? undefined);
  const files = new ResultFiles(run);
  const written = [...children.flatMap((child) => files.add(child)), ...files.finish()];
  for (const { path, content } of written) await objects.put(path, content);
  return writtenResult(run);
}

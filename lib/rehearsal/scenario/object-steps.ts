/** Steps about objects: one that comes into the app's bucket starts a batch of its own, once. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BatchRequest } from '../../app/batch-starter.ts';
import { putObject } from '../sources/gate-client.ts';
import { startedNothing } from './batch-steps.ts';
import { differencesOf, embeddedFigures, type Figures, figuresOf } from './figures.ts';
import { failed, type ScenarioWorld } from './scenario-world.ts';
import type { Step } from './step.ts';

type SourceSpec = BatchRequest['source'];

/** Lines of a source that are enough to show that an object is read. */
const excerptLines = 300;

/** A new object starts the batch of which it is the source; a second notice of it does nothing. */
export function objectStep(name: string): Step {
  return {
    name: `a new object in the bucket starts '${name}' on it, once though it is told twice`,
    obstacle: (world) => objectObstacle(world, name),
    run: async (world) => {
      const { bytes, expected } = await excerpt(world, name);
      const before = await world.batchIds(name);
      await putExcerpt(world, name, bytes);
      world.deployment.services.repeatObject();
      const id = await world.newBatch(name, before);
      const report = await world.ended(id);
      const differences = differencesOf(expected, figuresOf(report));
      if (differences.length > 0) throw failed(`other figures: ${differences.join('; ')}`);
      await startedNothing(world, name, [...before, id]);
      return `${report.status}, ${report.total} executions of an object of ${bytes.length} bytes`;
    },
  };
}

/** Starts a small batch by an object. */
export async function startSmall(world: ScenarioWorld, name: string): Promise<void> {
  const { bytes } = await excerpt(world, name);
  await putExcerpt(world, name, bytes);
}

async function putExcerpt(world: ScenarioWorld, name: string, bytes: Buffer): Promise<void> {
  const [bucket = ''] = world.deployment.notifyingBuckets;
  const { prefix = '', suffix = '' } = world.batch(name).onObject ?? {};
  const key = `${prefix}rehearsal-${randomUUID()}${suffix}`;
  const answer = await putObject(world.deployment.operator, bucket, key, bytes);
  if (answer.error !== null) throw failed(`the bucket refused ${key}: ${answer.message}`);
}

/** Why no object can start this batch here; null when one can. */
export function objectObstacle(world: ScenarioWorld, name: string): string | null {
  const { onObject, sourceFile } = world.batch(name);
  if (onObject === undefined) return 'no object starts it';
  if (sourceFile === null) return 'it has no file of which an object could be made';
  if (world.deployment.notifyingBuckets.size > 0) return null;
  return 'no bucket of the templates tells EventBridge of its objects';
}

/** The beginning of the batch's file, and what it comes to in one process. */
async function excerpt(world: ScenarioWorld, name: string) {
  const source = world.app.config.batches?.[name]?.source;
  if (source === undefined || !('path' in source)) throw failed(`'${name}' reads no file`);
  const file = resolve(world.app.folder, source.path);
  const bytes = beginning(source, await readFile(file));
  const expected = await figuresOfBytes(world, name, source, bytes);
  return { bytes, expected };
}

/** Lines can be cut off at the end; an array cannot. */
function beginning({ kind }: SourceSpec, bytes: Buffer): Buffer {
  if (kind === 'json') return bytes;
  const lines = bytes.toString('utf8').split('\n');
  return Buffer.from(`${lines.slice(0, excerptLines).join('\n')}\n`);
}

async function figuresOfBytes(
  world: ScenarioWorld,
  name: string,
  source: SourceSpec,
  bytes: Buffer,
): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-rehearsal-'));
  try {
    const path = join(folder, 'source');
    await writeFile(path, bytes);
    const changes = { source: { ...source, path } as SourceSpec };
    return await embeddedFigures(world.app, name, world.clock, changes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

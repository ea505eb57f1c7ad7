/** Steps about objects: one that comes into the app's bucket starts a batch of its own, once. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BatchRequest } from '../../lib/operations/start-batch.ts';
import { putObject } from '../sources/gate-client.ts';
import { startedNothing } from './batch-steps.ts';
import { differencesOf, embeddedFigures, type Figures, figuresOf } from './figures.ts';
import { failed, type ScenarioContext } from './scenario-world.ts';
import type { Step } from './step.ts';

type SourceSpec = BatchRequest['source'];

/** Lines of a source that are enough to show that an object is read. */
const excerptLines = 300;

/** A new object starts the batch of which it is the source; a second notice of it does nothing. */
export function objectStep(name: string): Step {
  return {
    name: `a new object in the bucket starts '${name}' on it, once though it is told twice`,
    obstacle: (context) => objectObstacle(context, name),
    run: async (context) => {
      const { bytes, expected } = await excerpt(context, name);
      const before = await context.batchIds(name);
      await putExcerpt(context, name, bytes);
      context.deployment.services.repeatObject();
      const id = await context.newBatch(name, before);
      const report = await context.ended(id);
      const differences = differencesOf(expected, figuresOf(report));
      if (differences.length > 0) throw failed(`other figures: ${differences.join('; ')}`);
      await startedNothing(context, name, [...before, id]);
      return `${report.status}, ${report.total} executions of an object of ${bytes.length} bytes`;
    },
  };
}

/** Starts a small batch by an object. */
export async function startSmall(context: ScenarioContext, name: string): Promise<void> {
  const { bytes } = await excerpt(context, name);
  await putExcerpt(context, name, bytes);
}

async function putExcerpt(context: ScenarioContext, name: string, bytes: Buffer): Promise<void> {
  const [bucket = ''] = context.deployment.notifyingBuckets;
  const { prefix = '', suffix = '' } = context.batch(name).onObject ?? {};
  const key = `${prefix}rehearsal-${randomUUID()}${suffix}`;
  const answer = await putObject(context.deployment.operator, bucket, key, bytes);
  if (answer.error !== null) throw failed(`the bucket refused ${key}: ${answer.message}`);
}

/** Why no object can start this batch here; null when one can. */
export function objectObstacle(context: ScenarioContext, name: string): string | null {
  const { onObject, sourceFile } = context.batch(name);
  if (onObject === undefined) return 'no object starts it';
  if (sourceFile === null) return 'it has no file of which an object could be made';
  if (context.deployment.notifyingBuckets.size > 0) return null;
  return 'no bucket of the templates tells EventBridge of its objects';
}

/** The beginning of the batch's file, and what it comes to in one process. */
async function excerpt(context: ScenarioContext, name: string) {
  const source = context.app.config.batches?.[name]?.source;
  if (source === undefined || !('path' in source)) throw failed(`'${name}' reads no file`);
  const file = resolve(context.app.folder, source.path);
  const bytes = beginning(source, await readFile(file));
  const expected = await figuresOfBytes(context, name, source, bytes);
  return { bytes, expected };
}

/** Lines can be cut off at the end; an array cannot. */
function beginning({ kind }: SourceSpec, bytes: Buffer): Buffer {
  if (kind === 'json') return bytes;
  const lines = bytes.toString('utf8').split('\n');
  return Buffer.from(`${lines.slice(0, excerptLines).join('\n')}\n`);
}

async function figuresOfBytes(
  context: ScenarioContext,
  name: string,
  source: SourceSpec,
  bytes: Buffer,
): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-rehearsal-'));
  try {
    const path = join(folder, 'source');
    await writeFile(path, bytes);
    const changes = { source: { ...source, path } as SourceSpec };
    return await embeddedFigures(context.app, name, context.clock, changes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

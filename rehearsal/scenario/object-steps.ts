/** Steps that start batches by new objects in the app's bucket. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import type { BatchRequest } from '../../lib/operations/start-batch.ts';
import { putObject } from '../aws-proxy/proxy-client.ts';
import { type ComparableReport, requireSameReport, runEmbeddedOn } from './batch-comparison.ts';
import { expectNoNewBatch, requestBatch } from './batch-steps.ts';
import { freeItems } from './database/used-items.ts';
import { type ScenarioContext, stepFailure } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

type SourceSpec = BatchRequest['source'];

/** Number of lines of a source that are enough to show that an object is read. */
const excerptLines = 300;

/** Checks that a new object starts the batch that reads it, once even if it is reported twice. */
export function objectStep(name: string): ScenarioStep {
  return {
    name: `a new object in the bucket starts '${name}' once, even if it is reported twice`,
    skipReason: (context) => objectSkipReason(context, name),
    run: async (context) => {
      const { bytes, expected } = await createExcerpt(context, name);
      const before = await context.batchIds(name);
      await putExcerpt(context, name, bytes);
      context.deployment.eventBridge.redeliverObjectEvent();
      const id = await context.waitForNewBatch(name, before);
      const report = await context.waitForEnd(id);
      requireSameReport(expected, report);
      await expectNoNewBatch(context, name, [...before, id]);
      return `${report.status}, ${report.total} executions from an object of ${bytes.length} bytes`;
    },
  };
}

/**
 * Starts a batch: a small one by an object, or the whole one by an event if no object starts it.
 * Returns its result in one process.
 */
export async function startSmallBatch(
  context: ScenarioContext,
  name: string,
): Promise<ComparableReport> {
  if (objectSkipReason(context, name) !== null) {
    await requestBatch(context, name, randomUUID());
    return await context.expectedReport(name);
  }
  const { bytes, expected } = await createExcerpt(context, name);
  await putExcerpt(context, name, bytes);
  return expected;
}

/** A small source in the app's bucket, and the result of a batch that reads it. */
export interface Excerpt {
  readonly source: JsonObject;
  readonly expected: ComparableReport;
}

/** Uploads the beginning of a batch's file; null when an upload would start a batch, or is none. */
export async function uploadExcerpt(
  context: ScenarioContext,
  name: string,
): Promise<Excerpt | null> {
  const { prefix = '' } = context.batch(name).onObject ?? {};
  if (prefix === '' || objectSkipReason(context, name) !== null) return null;
  const { bytes, expected, source } = await createExcerpt(context, name);
  const path = await upload(context, `excerpts/${randomUUID()}`, bytes);
  return { source: { ...source, path }, expected };
}

/** Returns why no object can start this batch; null when one can. */
export function objectSkipReason(context: ScenarioContext, name: string): string | null {
  const { onObject, sourceFile } = context.batch(name);
  if (onObject === undefined) return 'no object starts it';
  if (sourceFile === null) return 'it has no file to upload as an object';
  if (context.deployment.notifyingBuckets.size > 0) return null;
  return 'no bucket of the templates reports its objects to EventBridge';
}

async function putExcerpt(context: ScenarioContext, name: string, bytes: Buffer): Promise<void> {
  await freeItems(context, name);
  const { prefix = '', suffix = '' } = context.batch(name).onObject ?? {};
  await upload(context, `${prefix}rehearsal-${randomUUID()}${suffix}`, bytes);
}

/** Returns the address of the new object. */
async function upload(context: ScenarioContext, key: string, bytes: Buffer): Promise<string> {
  const [bucket = ''] = context.deployment.notifyingBuckets;
  const answer = await putObject(context.deployment.operator, bucket, key, bytes);
  if (answer.error !== null) throw stepFailure(`the bucket refused ${key}: ${answer.message}`);
  return `s3://${bucket}/${key}`;
}

/** Returns the beginning of the batch's file, and its result in one process. */
async function createExcerpt(context: ScenarioContext, name: string) {
  const source = context.app.config.batches?.[name]?.source;
  if (source === undefined || !('path' in source)) throw stepFailure(`'${name}' reads no file`);
  const file = resolve(context.app.folder, source.path);
  const bytes = beginning(source, await readFile(file));
  const expected = await runEmbeddedOn({ app: context.app, name, bytes, clock: context.clock });
  return { bytes, expected, source };
}

/** A file of lines can be cut off after a line; a JSON array cannot. */
function beginning({ kind }: SourceSpec, bytes: Buffer): Buffer {
  if (kind === 'json') return bytes;
  const lines = bytes.toString('utf8').split('\n');
  return Buffer.from(`${lines.slice(0, excerptLines).join('\n')}\n`);
}

/**
 * Which batches a task of the leader asks for, under which ids: the same task gives the same ids,
 * however often it is delivered. Pure.
 */
import { createHash } from 'node:crypto';
import type { SourceSpec } from '../batch/source-spec.ts';
import type { BatchConfig } from '../config/config.ts';
import type { LeaderRequest } from '../config/event-names.ts';
import { MillraceError } from '../errors.ts';
import type { ObjectCreated } from './leader-event.ts';

/** A batch to start. */
export interface RequestedBatch {
  /** In the configuration. */
  readonly name: string;
  readonly id: string;
  /** Absent: the configuration's. */
  readonly source?: SourceSpec;
}

/**
 * The batches that `task` asks for. Throws INVALID_CONFIGURATION when an object is to be the source
 * of a batch that reads no file.
 */
export function requestedBatches(
  task: Extract<LeaderRequest, { kind: 'batch' }> | ObjectCreated,
  batches: Readonly<Record<string, BatchConfig>>,
): RequestedBatch[] {
  if (task.kind === 'batch') return [{ name: task.batch, id: batchId(task.batch, task.id) }];
  const { bucket, key, version } = task;
  return Object.entries(batches)
    .filter(([, { onObject }]) => onObject !== undefined && matches(key, onObject))
    .map(([name, { source }]) => ({
      name,
      id: derivedId([name, bucket, key, version]),
      source: readingObject(name, source, `s3://${bucket}/${key}`),
    }));
}

function matches(key: string, { prefix = '', suffix = '' }: NonNullable<BatchConfig['onObject']>) {
  return key.startsWith(prefix) && key.endsWith(suffix);
}

function readingObject(name: string, source: SourceSpec, path: string): SourceSpec {
  if ('path' in source) return { ...source, path };
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the batch '${name}' is started by objects and its source is '${source.kind}', which reads no ` +
      'file: give it a source with a path, or take onObject away',
    { fields: { batch: name } },
  );
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Whoever gives a UUID finds the batch by it; anything else (a time, say) is one per batch. */
function batchId(name: string, id: string): string {
  const lower = id.toLowerCase();
  return uuid.test(lower) ? lower : derivedId([name, id]);
}

/** A UUID of version 8 (RFC 9562) made of a hash. */
function derivedId(parts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const [first, second, third] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 15)];
  return `${first}-${second}-8${third}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
}

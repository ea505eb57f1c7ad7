/** What the caller of a start changes of a configured batch: its file, prefix and date. */
import { isAbsolute } from 'node:path';
import type { Json } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import type { BatchOptionsInput } from '../../batch/batch-options.ts';
import { isObjectUrl } from '../../batch/object-url.ts';
import {
  checkPlaceholderValues,
  fillPlaceholders,
  listPlaceholders,
} from '../../batch/schedule/placeholders.ts';
import type { SourceSpec } from '../../batch/source-spec.ts';
import type { BatchConfig } from '../../config/config.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchRecord } from '../../ports/store/batch-store.ts';
import type { BatchRequest } from '../start-batch.ts';

/** What replaces parts of a batch of the configuration when it starts. */
export interface BatchChanges extends Partial<BatchRequest> {
  /** Taken literally: placeholders are those of `path` and of the configuration. */
  readonly source?: SourceSpec;
  /** The path of its source. `{date}` and other placeholders are filled in. */
  readonly path?: string;
  /** The same as `options.namePrefix`. */
  readonly namePrefix?: string;
  /** Values of placeholders by name: `{ region: 'eu' }` for `{region}`. @default {} */
  readonly values?: Readonly<Record<string, string>>;
  /** The moment whose date `{date}` stands for, in milliseconds since 1970. @default now */
  readonly at?: number;
}

/** A batch of the configuration with all changes. */
export type ChangedBatch = Pick<BatchRequest, 'source' | 'options'>;

/** Who starts a batch of the configuration, and when. */
export interface ChangeContext {
  readonly name: string;
  /** The batch of the id that the caller gave, if it was started before. */
  readonly existing: BatchRecord | null;
  readonly now: number;
  /** Whether the functions of a deployment read the source. */
  readonly isDeployed: boolean;
}

/**
 * Applies changes to a batch of the configuration and fills in its placeholders. A start that is
 * repeated gets the date of the first. Throws INVALID_ARGUMENT.
 */
export function changeBatch(
  configured: BatchConfig,
  changes: BatchChanges,
  { name, existing, now, isDeployed }: ChangeContext,
): ChangedBatch {
  const { values = {}, path, namePrefix } = changes;
  checkPlaceholderValues(values);
  if (path !== undefined && isDeployed) requireObjectUrl(path);
  const source = withPath(changes.source ?? configured.source, path, name);
  const isLiteral = changes.source !== undefined && path === undefined;
  const given = { ...configured.options, ...changes.options };
  const options = { ...given, ...(namePrefix !== undefined && { namePrefix }) };
  const pathText = 'path' in source && !isLiteral ? source.path : '';
  const texts = [pathText, options.namePrefix ?? ''];
  requireUses(values, texts);
  const { timeZone = 'UTC' } = configured;
  const usesDate = texts.some((text) => listPlaceholders(text).includes('date'));
  const atMs = changes.at ?? (usesDate ? (findDate(existing) ?? now) : undefined);
  const filling = { atMs: atMs ?? now, timeZone, values };
  return {
    source:
      'path' in source && !isLiteral
        ? { ...source, path: fillPlaceholders('source.path', source.path, filling) }
        : source,
    options: {
      ...fillPrefix(options, (text) => fillPlaceholders('options.namePrefix', text, filling)),
      ...(atMs !== undefined && { at: atMs }),
    },
  };
}

function withPath(source: SourceSpec, path: string | undefined, name: string): SourceSpec {
  if (path === undefined) return source;
  if ('path' in source) return { ...source, path };
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `path: the source of the batch '${name}' is '${source.kind}' and reads no file: give it a ` +
      'source of the kind csv, jsonLines or json in the configuration',
  );
}

function requireObjectUrl(path: string): void {
  if (isObjectUrl(path)) return;
  const found = isAbsolute(path) ? 'a file of this machine' : 'a local path';
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `path: expected an object (s3://BUCKET/KEY), found ${found}, '${path}': the functions of the ` +
      'deployment read it; upload it to a bucket first',
  );
}

/** A value that nothing uses is most likely a typing error: the batch would read another file. */
function requireUses(values: Readonly<Record<string, string>>, texts: readonly string[]): void {
  const used = new Set(texts.flatMap(listPlaceholders));
  const unused = Object.keys(values).find((name) => !used.has(name));
  if (unused === undefined) return;
  const names = [...used].map((name) => `{${name}}`).join(', ');
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `values.${unused}: expected the name of a placeholder in the path or the name prefix of the ` +
      `batch, which ${names === '' ? 'have none' : `have ${names}`}`,
  );
}

function fillPrefix(options: BatchOptionsInput, fill: (text: string) => string): BatchOptionsInput {
  const { namePrefix } = options;
  return namePrefix === undefined ? options : { ...options, namePrefix: fill(namePrefix) };
}

/** Returns the date with which a batch was started; undefined when it has none. */
function findDate(batch: BatchRecord | null): number | undefined {
  if (batch === null) return undefined;
  const options = parseJson(batch.options) as { readonly at?: Json };
  return typeof options.at === 'number' ? options.at : undefined;
}

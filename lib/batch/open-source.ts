import { assertNever } from '../errors.ts';
import type { ObjectReader } from '../ports/object-store.ts';
import type { ChainQueries } from '../ports/store/execution-queries.ts';
import type { BatchSource } from './batch-source.ts';
import type { SourceSpec } from './source-spec.ts';
import { createCsvSource } from './sources/csv-source.ts';
import { createExecutionSource } from './sources/execution-source.ts';
import { createInlineSource } from './sources/inline-source.ts';
import { createJsonArraySource } from './sources/json-array-source.ts';
import { createJsonLinesSource } from './sources/json-lines-source.ts';

/** What sources read from. */
export interface OpenSourceDeps {
  readonly files: ObjectReader;
  readonly store: ChainQueries;
}

/**
 * Creates the source that a spec describes. Nothing is opened before the first read: that is where
 * a missing file throws `FILE_NOT_READABLE`.
 */
export function openSource(spec: SourceSpec, { files, store }: OpenSourceDeps): BatchSource {
  switch (spec.kind) {
    case 'csv':
      return createCsvSource(files, spec.path, spec);
    case 'jsonLines':
      return createJsonLinesSource(files, spec.path);
    case 'json':
      return createJsonArraySource(files, spec.path);
    case 'items':
      return createInlineSource(spec.items);
    case 'executions':
      return createExecutionSource(store, spec.filter);
    default:
      return assertNever(spec);
  }
}

import { assertNever } from '../errors.ts';
import type { ObjectReader } from '../ports/object-store.ts';
import type { ExecutionQueries } from '../ports/store/execution-queries.ts';
import type { BatchSource } from './batch-source.ts';
import type { SourceSpec } from './source-spec.ts';
import { csvSource } from './sources/csv-source.ts';
import { executionSource } from './sources/execution-source.ts';
import { inlineSource } from './sources/inline-source.ts';
import { jsonArraySource } from './sources/json-array-source.ts';
import { jsonLinesSource } from './sources/json-lines-source.ts';

/** What sources read from. */
export interface OpenSourceDeps {
  readonly files: ObjectReader;
  readonly store: Pick<ExecutionQueries, 'listForChaining' | 'readHistory'>;
}

/**
 * Creates the source that a spec describes. Nothing is opened before the first read: that is where
 * a missing file throws `FILE_NOT_READABLE`.
 */
export function openSource(spec: SourceSpec, { files, store }: OpenSourceDeps): BatchSource {
  switch (spec.kind) {
    case 'csv':
      return csvSource(files, spec.path, spec);
    case 'jsonLines':
      return jsonLinesSource(files, spec.path);
    case 'json':
      return jsonArraySource(files, spec.path);
    case 'items':
      return inlineSource(spec.items);
    case 'executions':
      return executionSource(store, spec.filter);
    default:
      return assertNever(spec);
  }
}

/** From what a batch's source is called to what reads it. */
import { assertNever } from '../errors.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';
import type { ObjectReader } from '../ports/object-store.ts';
import type { BatchSource } from './batch-source.ts';
import type { SourceSpec } from './source-spec.ts';
import { csvSource } from './sources/csv-source.ts';
import { executionSource } from './sources/execution-source.ts';
import { inlineSource } from './sources/inline-source.ts';
import { jsonArraySource } from './sources/json-array-source.ts';
import { jsonLinesSource } from './sources/json-lines-source.ts';

/** What sources read from. */
export interface SourcePorts {
  readonly files: ObjectReader;
  readonly store: Pick<ExecutionStore, 'listForChaining' | 'readHistory'>;
}

/** Nothing is opened before the first read: a missing file shows there, as `FILE_NOT_READABLE`. */
export function openSource(spec: SourceSpec, { files, store }: SourcePorts): BatchSource {
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

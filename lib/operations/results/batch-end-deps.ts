import type { SetBatchStatusDeps } from '../../roles/batch/batch-status.ts';
import { ResultFileWriter } from '../../roles/result-file-writer.ts';
import type { AppContext } from '../app-context.ts';
import { roleOptions } from '../create-executor.ts';
import { resultFilesOf } from './result-file-of.ts';

/** Returns what leaders need for the ends of batches. */
export function batchEndDeps(
  context: Pick<AppContext, 'app' | 'hooks'>,
): Pick<SetBatchStatusDeps, 'hooks' | 'resultFileOf'> {
  const { hooks } = context;
  return { resultFileOf: resultFilesOf(context), ...(hooks !== undefined && { hooks }) };
}

/** Creates the role that writes the files of results. */
export function createResultFileWriter(context: AppContext): ResultFileWriter {
  const { store, outputs } = context;
  return new ResultFileWriter({ ...roleOptions(context), store, outputs });
}

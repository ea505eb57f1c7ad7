import type { ArnSubject } from '../../engine/arn/parse-arn.ts';
import type { ExecutionRecord } from '../../ports/store/execution-store.ts';
import type { AppContext } from '../app-context.ts';

/** The execution that an ARN names. */
export type ExecutionSubject = Extract<ArnSubject, { kind: 'execution' | 'express' }>;

/**
 * Finds the execution of an ARN by one statement, which others share that are looked up at the same
 * time: that of the living machine of the name, or of an EXPRESS machine by its id. Null when there
 * is none.
 */
export async function findExecutionOfArn(
  { starts, store }: Pick<AppContext, 'starts' | 'store'>,
  subject: ExecutionSubject,
): Promise<ExecutionRecord | null> {
  return subject.kind === 'execution'
    ? await starts.findExecution({ machineId: subject.machine, name: subject.name })
    : await store.getExecution(subject.id);
}

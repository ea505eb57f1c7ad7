import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { MillraceConfig } from '../config/config.ts';
import { envNames } from '../config/setting-sources.ts';
import { parseDeadLetterRecord, parseQueueName } from '../drivers/sqs/sqs-record.ts';
import { MillraceError } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import { createExecutor } from '../operations/create-executor.ts';
import { archiverDefaults } from '../roles/archiver.ts';
import { type ArchivingDeps, archiveDeadLetters } from '../roles/delivery/dead-letters.ts';
import { batchResponse } from './batch-response.ts';
import { functionHandler } from './function-handler.ts';
import type { FunctionHandler, FunctionOptions } from './function-runtime.ts';

interface ArchiverFunctionDeps extends ArchivingDeps {
  readonly context: AppContext;
}

/**
 * Creates the function that archives dead letters. Lambda invokes it with the dead letters of every
 * queue, and deletes those that it has archived; a task that a worker holds is delivered again.
 */
export function archiverFunction(
  config: MillraceConfig,
  options?: FunctionOptions,
): FunctionHandler<SQSEvent, SQSBatchResponse> {
  return functionHandler(config, { prepare, handle: archive }, options);
}

function prepare({ context }: { readonly context: AppContext }): ArchiverFunctionDeps {
  // Without onMapRunStarted: the leader function finds map runs by itself.
  const executor = createExecutor(context);
  return { ...context, context, executor, leaseMs: archiverDefaults.leaseMs };
}

async function archive(
  deps: ArchiverFunctionDeps,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> {
  const { context } = deps;
  const byReceipt = new Map<string, SQSRecord>();
  const letters = Records.map((record) => {
    const letter = parseDeadLetterRecord(findQueue(context, record), record);
    byReceipt.set(letter.receipt, record);
    return letter;
  });
  for (const { receipt, queue } of await archiveDeadLetters(deps, letters)) {
    byReceipt.delete(receipt);
    context.metrics.count('deadLetters', 1, { queue });
  }
  return batchResponse(byReceipt.values());
}

/** Returns the queue whose dead-letter queue the record comes from. */
function findQueue({ settings: { broker } }: AppContext, record: SQSRecord): string {
  const name = parseQueueName(record);
  const urls = broker.driver === 'sqs' ? (broker.urls ?? {}) : {};
  const found = Object.entries(urls).find(([, { dead }]) => dead.endsWith(`/${name}`));
  if (found !== undefined) return found[0];
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `dead letters arrived from '${name}', which is the dead-letter queue of no queue in ` +
      `${envNames.sqsQueueUrls}: add it there`,
    { fields: { queue: name, variable: envNames.sqsQueueUrls } },
  );
}

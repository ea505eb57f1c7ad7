/**
 * The archiver as a function: Lambda hands it the dead letters of every queue as they come. What is
 * archived is deleted by SQS; what a worker holds at the moment comes again.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { MillraceConfig } from '../config/config.ts';
import { metricDimensions, metricNames } from '../config/metric-names.ts';
import { envNames } from '../config/setting-sources.ts';
import { deadLetterOfRecord, queueNameOf } from '../drivers/sqs/sqs-record.ts';
import { MillraceError } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import { createExecutor } from '../operations/create-executor.ts';
import { archiverDefaults } from '../roles/archiver.ts';
import { type ArchivingDeps, archiveDeadLetters } from '../roles/delivery/dead-letters.ts';
import { batchResponse } from './batch-response.ts';
import { type FunctionHandler, type FunctionOpening, functionHandler } from './function-runtime.ts';

/** What the invocations of an environment share. */
interface ArchiverFunctionDeps extends ArchivingDeps {
  readonly context: AppContext;
}

/** The archiver of the app of `config`. */
export function archiverFunction(
  config: MillraceConfig,
  opening?: FunctionOpening,
): FunctionHandler<SQSEvent, SQSBatchResponse> {
  return functionHandler(config, { prepare, handle: archive }, opening);
}

function prepare({ context }: { readonly context: AppContext }): ArchiverFunctionDeps {
  // The leader's sweeps find the run of a distributed Map: nobody here could be told of it.
  const executor = createExecutor(context);
  return { ...context, context, executor, leaseMs: archiverDefaults.leaseMs };
}

async function archive(
  parts: ArchiverFunctionDeps,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> {
  const { context } = parts;
  const byReceipt = new Map<string, SQSRecord>();
  const letters = Records.map((record) => {
    const letter = deadLetterOfRecord(queueOf(context, record), record);
    byReceipt.set(letter.receipt, record);
    return letter;
  });
  for (const { receipt, queue } of await archiveDeadLetters(parts, letters)) {
    byReceipt.delete(receipt);
    context.metrics.count(metricNames.deadLetters, 1, { [metricDimensions.queue]: queue });
  }
  return batchResponse(byReceipt.values());
}

/** The queue whose dead letters lie where the record comes from. */
function queueOf({ settings: { broker } }: AppContext, record: SQSRecord): string {
  const name = queueNameOf(record);
  const urls = broker.driver === 'sqs' ? (broker.urls ?? {}) : {};
  const found = Object.entries(urls).find(([, { dead }]) => dead.endsWith(`/${name}`));
  if (found !== undefined) return found[0];
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `dead letters come from '${name}', which ${envNames.sqsQueueUrls} does not have as the dead ` +
      'letters of a queue: add it there',
    { fields: { queue: name, variable: envNames.sqsQueueUrls } },
  );
}

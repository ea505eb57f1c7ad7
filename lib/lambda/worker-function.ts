/**
 * The worker as a function: Lambda hands it the messages of one queue as they come, a batch at a
 * time. What is done with is deleted by SQS; the answer names what is to come again.
 */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { MillraceConfig } from '../config/config.ts';
import { envNames } from '../config/setting-sources.ts';
import { deliveryOfRecord } from '../drivers/sqs/sqs-record.ts';
import { MillraceError } from '../errors.ts';
import { createExecutor, createMachineCatalog } from '../operations/create-executor.ts';
import type { Delivery } from '../ports/broker.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import { EventWorker } from '../roles/event-worker.ts';
import { batchResponse } from './batch-response.ts';
import {
  type FunctionApp,
  type FunctionHandler,
  type FunctionOpening,
  functionHandler,
} from './function-runtime.ts';

/** What the invocations of an environment share. */
interface WorkerFunctionDeps {
  readonly worker: EventWorker;
  /** The queue that its messages come from. */
  readonly queue: string;
}

/** The worker of the app of `config`. */
export function workerFunction(
  config: MillraceConfig,
  opening?: FunctionOpening,
): FunctionHandler<SQSEvent, SQSBatchResponse> {
  return functionHandler(config, { prepare, handle: work }, opening);
}

function prepare({ context, env: { workerQueue } }: FunctionApp): WorkerFunctionDeps {
  if (workerQueue === undefined) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `a worker serves one queue: set ${envNames.workerQueue} to its name`,
      { fields: { variable: envNames.workerQueue } },
    );
  }
  const machines = createMachineCatalog(context);
  const worker = new EventWorker({
    ...context,
    dispatcher: new Dispatcher(context),
    // A leader finds the run of a distributed Map by itself: nobody here could be told of it.
    createExecutor: () => createExecutor(context, { machines }),
    graceMs: context.settings.graceMs,
  });
  return { worker, queue: workerQueue };
}

async function work(
  { worker, queue }: WorkerFunctionDeps,
  { Records }: SQSEvent,
  context: Context,
): Promise<SQSBatchResponse> {
  const records = new Map<Delivery, SQSRecord>(
    Records.map((record) => [deliveryOfRecord(queue, record), record]),
  );
  const again = await worker.work([...records.keys()], context.getRemainingTimeInMillis());
  return batchResponse(again.flatMap((delivery) => records.get(delivery) ?? []));
}

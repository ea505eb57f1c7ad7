import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { MillraceConfig } from '../config/config.ts';
import { envNames } from '../config/setting-sources.ts';
import { parseDeliveryRecord } from '../drivers/sqs/sqs-record.ts';
import { MillraceError } from '../errors.ts';
import {
  createExecutor,
  createMachineCatalog,
  createMissingHandlers,
} from '../operations/create-executor.ts';
import { createLimits } from '../operations/limits/create-limits.ts';
import type { Delivery } from '../ports/broker.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import { EventWorker } from '../roles/event-worker.ts';
import { batchResponse } from './batch-response.ts';
import { type FunctionApp, functionHandler } from './function-handler.ts';
import type { FunctionHandler, FunctionOptions } from './function-runtime.ts';

interface WorkerFunctionDeps {
  readonly worker: EventWorker;
  /** The queue that the worker serves. */
  readonly queue: string;
}

/**
 * Creates the function that runs the tasks of one queue. Lambda invokes it with batches of
 * messages, and deletes those that the response does not name; the others are delivered again.
 */
export function workerFunction(
  config: MillraceConfig,
  options?: FunctionOptions,
): FunctionHandler<SQSEvent, SQSBatchResponse> {
  return functionHandler(config, { prepare, handle: work }, options);
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
  const missingHandlers = createMissingHandlers(context);
  const permits = createLimits(context);
  const worker = new EventWorker({
    ...context,
    dispatcher: new Dispatcher(context),
    // Without onMapRunStarted: the leader function finds map runs by itself.
    createExecutor: () =>
      createExecutor(context, {
        machines,
        ...(missingHandlers && { missingHandlers }),
        ...(permits && { limits: permits.limits }),
      }),
    ...(permits && { permits: permits.client }),
    graceMs: context.settings.graceMs,
  });
  return { worker, queue: workerQueue };
}

async function work(
  { worker, queue }: WorkerFunctionDeps,
  { Records }: SQSEvent,
  lambda: Context,
): Promise<SQSBatchResponse> {
  const records = new Map<Delivery, SQSRecord>(
    Records.map((record) => [parseDeliveryRecord(queue, record), record]),
  );
  const again = await worker.work([...records.keys()], lambda.getRemainingTimeInMillis());
  return batchResponse(again.flatMap((delivery) => records.get(delivery) ?? []));
}

import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import { toChangeOutcome } from '../operations/orders/change-outcome.ts';
import type { ChangeNote } from '../operations/orders/orders.ts';
import type { OperationName } from './contract/contract.ts';
import type { ApiChange } from './create-api.ts';
import type { AppOpener } from './handlers/app-opener.ts';
import { originOf } from './handlers/order-handlers.ts';

/**
 * Operations that are no entry of the log: traffic of the systems that do the work, of which there
 * may be any number; those that change nothing; and orders, which are an entry already.
 */
const unrecorded: ReadonlySet<OperationName> = new Set([
  'sendTaskSuccess',
  'sendTaskFailure',
  'sendTaskHeartbeat',
  'pollActivity',
  'sendMessage',
  'validateDefinition',
  'testState',
  'startOrder',
  // The batches that an event starts are entries.
  'receiveEvent',
]);

/** What a path parameter is the id of. */
const kinds: Readonly<Record<string, string>> = {
  queue: 'queue',
  batchId: 'batch',
  executionId: 'execution',
  taskId: 'task',
  orderId: 'order',
  schedule: 'schedule',
  machineId: 'machine',
};

/** The fields of a request that are recorded. No other can be a document, or hold a secret. */
const recordedFields: ReadonlySet<string> = new Set([
  'name',
  'machineId',
  'type',
  'priority',
  'queue',
  'batchId',
  'error',
  'archivedFrom',
  'archivedBefore',
  'all',
  'limit',
  'perSecond',
  'cancelTasks',
  'hold',
  'delayMs',
  'at',
  'routes',
]);

/** Ids that are listed in the log; of more, only the number is known. */
const listedMax = 100;

/**
 * Returns what records the changes made by an API in the log of changes, with their callers: the
 * option `audit` of `createApi`. It never throws.
 */
export function auditChanges(open: AppOpener): (change: ApiChange) => Promise<void> {
  return async (change) => {
    const note = toNote(change);
    if (note === null) return;
    await (await open()).orders.record([note], originOf(change.call));
  };
}

/** Describes a change; null when it is no entry of the log. */
function toNote({ operation, request, reply }: ApiChange): ChangeNote | null {
  const body = isObject(request.body as Json) ? (request.body as JsonObject) : {};
  if (unrecorded.has(operation) || body.dryRun === true) return null;
  const { reason } = body;
  return {
    action: operation,
    object: findObject(request.params, reply),
    over: toRecorded(body, request.params),
    reason: typeof reason === 'string' ? reason : null,
    ...toChangeOutcome(reply),
  };
}

/** A path names the object; what was started is in the reply. */
function findObject(params: ApiChange['request']['params'], reply: unknown): string | null {
  // A batch may be named by its name; the reply has its id.
  if (Object.hasOwn(params, 'batchId') && isObject(reply as Json)) {
    const { batchId } = reply as JsonObject;
    if (typeof batchId === 'string') return `batch:${batchId}`;
  }
  for (const [name, kind] of Object.entries(kinds)) {
    const id = Object.hasOwn(params, name) ? params[name] : undefined;
    if (id !== undefined) return `${kind}:${id}`;
  }
  if (typeof reply !== 'object' || reply === null) return null;
  const { id, executionId } = reply as { readonly id?: unknown; readonly executionId?: unknown };
  if (typeof executionId === 'string') return `execution:${executionId}`;
  return typeof id === 'string' ? `batch:${id}` : null;
}

function toRecorded(body: JsonObject, params: ApiChange['request']['params']): JsonObject {
  const fields = Object.entries(body).filter(([key]) => recordedFields.has(key));
  const others = Object.entries(params).filter(([key]) => !Object.hasOwn(kinds, key));
  const ids = [body.ids, body.taskIds].find(Array.isArray);
  return {
    ...Object.fromEntries([...others, ...fields]),
    ...(ids !== undefined && { count: ids.length, ids: ids.slice(0, listedMax) }),
  };
}

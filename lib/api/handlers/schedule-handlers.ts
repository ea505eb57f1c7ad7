import type { BatchStart } from '../../operations/batches.ts';
import type { ApiReply } from '../contract/contract.ts';
import type { scheduleOperations } from '../contract/schedules.ts';
import type { AppOpener, OperationHandlers } from './app-opener.ts';
import { originOf } from './order-handlers.ts';

/**
 * Handles the operations on schedules, and events that start batches.
 * @param onBatch called, and awaited, when a batch needs a leader; it must not throw
 */
export function scheduleHandlers(
  open: AppOpener,
  onBatch: () => Promise<void>,
): OperationHandlers<keyof typeof scheduleOperations> {
  return {
    listSchedules: async () => (await open()).schedules.list(),
    pauseSchedule: async ({ params, body }) =>
      (await open()).schedules.pause(params.schedule, body.reason),
    resumeSchedule: async ({ params, body }) =>
      (await open()).schedules.resume(params.schedule, body.reason),
    startSchedule: async ({ params, body }) => {
      const batch = await (await open()).schedules.start(params.schedule, body.at);
      await onBatch();
      return toReply(batch);
    },
    receiveEvent: async ({ body }, call) => {
      const { schedules } = await open();
      const batches = await schedules.receive(body, { ...originOf(call), via: 'event' });
      if (batches.length > 0) await onBatch();
      return { batches: batches.map(toReply) };
    },
  };
}

function toReply({ id, name, status, started }: BatchStart): ApiReply<'startSchedule'> {
  return { batchId: id, name, status, started };
}

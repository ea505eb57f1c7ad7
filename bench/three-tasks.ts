/**
 * The machine that is measured: three Task states in a row whose handlers do next to nothing, so
 * that the time measured is Millrace's own. An execution has four checkpoints: one before the first
 * task and one after each task, of which the last is its end.
 */
import type { JsonObject } from '../lib/asl/json/json.ts';
import type { MillraceConfig } from '../lib/config/config.ts';
import type { Handlers } from '../lib/drivers/handlers/handler.ts';

/** The id that the machine is recorded under. */
export const machineId = 'three-tasks';

/** The definition of the machine. */
export const definition = {
  StartAt: 'Check',
  States: {
    Check: { Type: 'Task', Resource: 'work', Next: 'Reserve' },
    Reserve: { Type: 'Task', Resource: 'work', Next: 'Confirm' },
    Confirm: { Type: 'Task', Resource: 'work', End: true },
  },
} as const;

/** The handlers of the machine. */
export const handlers: Handlers = {
  work: async (order: object) => ({ ...order, checked: true }),
};

/** Creates the input of execution `index`: a small order of about a hundred bytes. */
export function createInput(index: number): JsonObject {
  return { order: index, customer: `customer-${index % 1_000}`, items: [1, 2, 3], express: false };
}

/** An app with this machine. */
export const threeTasksApp: MillraceConfig = {
  machines: { [machineId]: { definition } },
  handlers,
};

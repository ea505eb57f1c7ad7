/**
 * The machine that is measured: three Task states in a row, each with a handler that does next to
 * nothing, so that what costs time is Millrace. With the input below an execution has four
 * checkpoints: before the first task, after each, the last of them its end.
 */

import type { Json } from '../lib/asl/json/json.ts';
import type { MillraceConfig } from '../lib/config/config.ts';
import type { Handlers } from '../lib/drivers/handlers/handler.ts';

/** The id that the machine is recorded under. */
export const machineId = 'three-tasks';

/** The machine. */
export const definition = {
  StartAt: 'Check',
  States: {
    Check: { Type: 'Task', Resource: 'work', Next: 'Reserve' },
    Reserve: { Type: 'Task', Resource: 'work', Next: 'Confirm' },
    Confirm: { Type: 'Task', Resource: 'work', End: true },
  },
} as const;

/** What the machine calls. */
export const handlers: Handlers = {
  work: async (order: object) => ({ ...order, checked: true }),
};

/** The input of execution `index`: a small order, about a hundred bytes. */
export function inputOf(index: number): Json {
  return { order: index, customer: `customer-${index % 1_000}`, items: [1, 2, 3], express: false };
}

/** The machine as an app. */
export const threeTasksApp: MillraceConfig = {
  machines: { [machineId]: { definition } },
  handlers,
};

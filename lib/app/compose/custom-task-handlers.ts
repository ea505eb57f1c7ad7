import type { Handlers } from '../../drivers/handlers/handler.ts';
import { toTaskResource } from '../../roles/execution/task-machine.ts';

/** Returns the handlers of custom tasks by the `Resource` that each type's machine calls. */
export function customTaskHandlers(tasks: Handlers): Handlers {
  return Object.fromEntries(
    Object.entries(tasks).map(([type, handler]) => [toTaskResource(type), handler]),
  );
}

/** Handlers of custom tasks, as the machines of their types call them. */
import type { Handlers } from '../../drivers/handlers/handler.ts';
import { taskResource } from '../../roles/execution/task-machine.ts';

/** The handlers, by the `Resource` of each type's machine. */
export function taskHandlers(tasks: Handlers): Handlers {
  return Object.fromEntries(
    Object.entries(tasks).map(([type, handler]) => [taskResource(type), handler]),
  );
}

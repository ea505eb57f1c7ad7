/**
 * The machines of custom tasks. A custom task is an execution of a machine with one Task state,
 * whose id contains the task's type. So tasks have everything that executions have: retries, the
 * archive, uniqueness, schedules, priorities. Pure.
 */
import type { MachineDefinition } from '../../asl/definition.ts';

const typeShape = /^[A-Za-z0-9:._-]{1,60}$/;

/** No machine of a configuration has a name with this prefix, nor one of the API such an id. */
const prefix = 'task.';

/** Returns why `type` is not a valid type of task; null when it is valid. */
export function findTaskTypeProblem(type: string): string | null {
  if (typeShape.test(type)) return null;
  return (
    "a task's type is 1 to 60 of the characters A–Z, a–z, 0–9, : . _ and -; " +
    `found ${JSON.stringify(type).slice(0, 80)}`
  );
}

/**
 * Returns the id of the machine of `type`: `task.report.build` for `report:build`. A colon would
 * end the id in an ARN, so it becomes a dot, and a dot becomes a plus: different types have
 * different ids.
 */
export function toTaskMachineId(type: string): string {
  return prefix + type.replaceAll('.', '+').replaceAll(':', '.');
}

/** Returns the type of task that the machine runs; null when it is not a machine of tasks. */
export function parseTaskType(machineId: string): string | null {
  if (!machineId.startsWith(prefix) || machineId.includes('~')) return null;
  return machineId.slice(prefix.length).replaceAll('.', ':').replaceAll('+', '.');
}

/** Returns the `Resource` with which the machine calls the handler of `type`. */
export function toTaskResource(type: string): string {
  return `task:${type}`;
}

/** Returns the definition of an EXPRESS machine: a task costs one claim and one checkpoint. */
export function createTaskDefinition(type: string): MachineDefinition {
  return {
    StartAt: type,
    States: { [type]: { Type: 'Task', Resource: toTaskResource(type), End: true } },
  };
}

/**
 * A custom task is an execution of a machine with one Task state, whose id says the task's type. So
 * whatever executions have (retries, the archive, uniqueness, schedules, priorities) tasks have
 * too. Pure.
 */
import type { MachineDefinition } from '../../asl/definition.ts';

const typeShape = /^[A-Za-z0-9:._-]{1,60}$/;

/** Machines of an app have no dot in their ids, so none is taken for a task's. */
const prefix = 'task.';

/** What is wrong with `type` as the type of a task; null when nothing is. */
export function taskTypeFault(type: string): string | null {
  if (typeShape.test(type)) return null;
  return (
    "a task's type is 1 to 60 of the characters A–Z, a–z, 0–9, : . _ and -; " +
    `found ${JSON.stringify(type).slice(0, 80)}`
  );
}

/**
 * The id of the machine that tasks of `type` run on: `task.report.build` for `report:build`. A
 * colon would end the id in an ARN, so it becomes a dot, and a dot a plus: types that differ have
 * ids that differ.
 */
export function taskMachineId(type: string): string {
  return prefix + type.replaceAll('.', '+').replaceAll(':', '.');
}

/** The type of the tasks that run on this machine; null when it is none of theirs. */
export function taskTypeOf(machineId: string): string | null {
  if (!machineId.startsWith(prefix)) return null;
  return machineId.slice(prefix.length).replaceAll('.', ':').replaceAll('+', '.');
}

/** The `Resource` by which the machine calls the handler of `type`. */
export function taskResource(type: string): string {
  return `task:${type}`;
}

/** The machine's definition; it is an EXPRESS one, so a task is one claim and one checkpoint. */
export function taskDefinition(type: string): MachineDefinition {
  return {
    StartAt: type,
    States: { [type]: { Type: 'Task', Resource: taskResource(type), End: true } },
  };
}

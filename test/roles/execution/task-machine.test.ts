/** Types of custom tasks and the machines that they run on. */
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../lib/asl/parse.ts';
import {
  createTaskDefinition,
  findTaskTypeProblem,
  parseTaskType,
  toTaskMachineId,
} from '../../../lib/roles/execution/task-machine.ts';
import fc from '../../support/properties.ts';

const types = fc.string({
  unit: fc.constantFrom(...'aZ09:._-'),
  minLength: 1,
  maxLength: 60,
});

describe('the machine of a task type', () => {
  it('the machine id of a task type contains the type, and no machine of an app can have it', () => {
    expect(toTaskMachineId('report:build')).toBe('task.report.build');
    fc.assert(
      fc.property(types, (type) => {
        const id = toTaskMachineId(type);

        expect(parseTaskType(id)).toBe(type);
        expect(id).toMatch(/^task\.[A-Za-z0-9.+_-]{1,60}$/);
      }),
    );
  });

  it('machines of an app and children of map runs are not machines of tasks', () => {
    for (const id of ['task', 'task-report', 'order', 'order/Lines']) {
      expect(parseTaskType(id)).toBeNull();
    }
  });

  it('the definition of a task machine is valid and is stored unchanged', () => {
    fc.assert(
      fc.property(types, (type) => {
        const text = JSON.stringify(createTaskDefinition(type));

        expect(JSON.stringify(parseDefinition(text, { type: 'EXPRESS' }))).toBe(text);
      }),
    );
  });
});

describe('a task type', () => {
  it('an invalid task type is refused with what was expected and what was found', () => {
    for (const type of ['', 'a b', 'a/b', 'é', 'x'.repeat(61)]) {
      expect(findTaskTypeProblem(type)).toContain(`1 to 60 of the characters`);
      expect(findTaskTypeProblem(type)).toContain(JSON.stringify(type).slice(0, 80));
    }
    expect(findTaskTypeProblem('report:build_2.v-1')).toBeNull();
  });
});

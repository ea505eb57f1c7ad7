/** Calls at the same time share their statements. */
import { describe, expect, it } from 'vitest';
import { ExecutionStarts } from '../../../lib/operations/state-machines/execution-starts.ts';
import type { ExecutionName } from '../../../lib/ports/store/execution-store.ts';
import { RoleHarness } from '../../support/role-harness.ts';

describe('lookups of executions', () => {
  it('lookups at the same time are one statement, and each gets its own execution', async () => {
    const { store, dispatcher } = new RoleHarness();
    const groups: (readonly ExecutionName[])[] = [];
    const watched: typeof store = Object.assign(Object.create(store), {
      findExecutions: async (names: readonly ExecutionName[]) => {
        groups.push(names);
        return names.map(({ name }) => ({ name }));
      },
    });
    const starts = new ExecutionStarts({ store: watched, dispatcher });
    const names = Array.from({ length: 50 }, (_, index) => ({
      machineId: 'order',
      name: `execution-${index}`,
    }));

    const found = await Promise.all(names.map((name) => starts.findExecution(name)));

    expect(groups).toEqual([names]);
    expect(found.map((each) => each?.name)).toEqual(names.map(({ name }) => name));
  });
});

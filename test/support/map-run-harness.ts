/** A leader harness with distributed Maps: the parent's machine, and its map runs. */
import type { Json } from '../../lib/asl/json/json.ts';
import type { BatchRecord } from '../../lib/ports/store/batch-store.ts';
import type { ExecutionRecord } from '../../lib/ports/store/execution-store.ts';
import { LeaderHarness } from './leader-harness.ts';
import type { RoleHarnessOptions } from './role-harness.ts';

/** A machine with one distributed Map, `Each`, whose children call `work`; its label is `each`. */
export function distributedMap(fields: object = {}) {
  return {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Label: 'each',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Work',
          States: { Work: { Type: 'Task', Resource: 'work', End: true } },
        },
        End: true,
        ...fields,
      },
    },
  };
}

/** Runs executions whose machine has a distributed Map. */
export class MapRunHarness extends LeaderHarness {
  /** Submits an execution of the machine and runs leader, worker and sweeper until it has ended. */
  async run(input: Json): Promise<ExecutionRecord> {
    const id = await this.submit(input);
    await this.runUntil(
      async () => (await this.execution(id)).endedAt !== null,
      'the end of the parent',
    );
    return this.execution(id);
  }

  /** Redrives an execution that has ended, and runs the roles until it has ended again. */
  async redrive(id: string): Promise<ExecutionRecord> {
    await this.store.redriveExecutions([id]);
    await this.runUntil(
      async () => (await this.execution(id)).endedAt !== null,
      'the redriven end',
    );
    return this.execution(id);
  }

  /** Runs leader, worker and sweeper until `condition` is true. */
  async runUntil(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const roles = [this.leader(), this.worker(), this.sweeper()];
    for (const role of roles) role.start();
    await this.pass(condition, what);
    await Promise.all(roles.map((role) => this.stop(role)));
  }

  async execution(id: string): Promise<ExecutionRecord> {
    const record = await this.store.getExecution(id);
    if (record === null) throw new Error(`no execution ${id}`);
    return record;
  }

  /** Lists the map runs, newest first. */
  async mapRuns(): Promise<BatchRecord[]> {
    const { entries } = await this.store.listBatches({}, { limit: 100 });
    return entries.filter(({ machineId }) => machineId.includes('/'));
  }

  /** Returns the only map run; throws when there is another number of them. */
  async mapRun(): Promise<BatchRecord> {
    const [run, ...others] = await this.mapRuns();
    if (run === undefined || others.length > 0) throw new Error(`${others.length + 1} map runs`);
    return run;
  }
}

/** Creates a harness with the machine; by default the handler `work` returns its input. */
export async function openMapRunHarness(
  definition: object,
  options: RoleHarnessOptions = {},
): Promise<MapRunHarness> {
  const harness = new MapRunHarness({ handlers: { work: (item: Json) => item }, ...options });
  await harness.register(definition);
  return harness;
}

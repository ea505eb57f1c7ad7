import type {
  CreateResult,
  ExecutionName,
  ExecutionRecord,
  NewExecution,
} from '../../ports/store/execution-store.ts';
import type { LivingMachine } from '../../ports/store/machines/state-machine-store.ts';
import type { Store } from '../../ports/store/store.ts';
import type { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { GroupWriter } from '../../roles/execution/group-writer.ts';

/** What {@link ExecutionStarts} are constructed from. */
export interface ExecutionStartsDeps {
  readonly store: Pick<Store, 'findStateMachines' | 'createExecutions' | 'findExecutions'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
}

/** Maximum number of starts or lookups in one statement. */
const groupMax = 200;

/**
 * Groups concurrent starts: their machines are looked up by one statement, and they are recorded by
 * another. So are lookups of executions. A lookup begins after the request for it, so that it sees
 * every change that was answered before.
 */
export class ExecutionStarts {
  readonly #lookups: GroupWriter<string, LivingMachine | null>;
  readonly #records: GroupWriter<NewExecution, CreateResult>;
  readonly #executions: GroupWriter<ExecutionName, ExecutionRecord | null>;

  constructor({ store, dispatcher }: ExecutionStartsDeps) {
    this.#lookups = new GroupWriter(async (names) => {
      const found = await store.findStateMachines([...new Set(names)]);
      const byName = new Map(found.map((machine) => [machine.name, machine]));
      return names.map((name) => byName.get(name) ?? null);
    }, groupMax);
    this.#executions = new GroupWriter((names) => store.findExecutions(names), groupMax);
    this.#records = new GroupWriter(async (executions) => {
      const results = await store.createExecutions(executions, true);
      await dispatcher.dispatch(
        executions.flatMap(({ id, queue }, index) =>
          results[index]?.created ? [{ executionId: id, queue, batchId: null }] : [],
        ),
      );
      return results;
    }, groupMax);
  }

  /** Finds the living machine of a name. */
  findMachine(name: string): Promise<LivingMachine | null> {
    return this.#lookups.add(name);
  }

  /** Finds an execution by its name. */
  findExecution(name: ExecutionName): Promise<ExecutionRecord | null> {
    return this.#executions.add(name);
  }

  /** Records an execution and sends its task. */
  record(execution: NewExecution): Promise<CreateResult> {
    return this.#records.add(execution);
  }
}

/**
 * Programs that queue executions. Each is a separate process, whose calls may fail, get lost or
 * crash it; a program without an answer retries under the same execution name.
 */
import { noMetrics } from '../../lib/drivers/system/no-metrics.ts';
import { hasCode } from '../../lib/errors.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import type { NewExecution } from '../../lib/ports/store/execution-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { pause } from '../../lib/retry/pause.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import type { DrawnTask } from './queued-tasks.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';

/** What a client queues tasks with. */
export interface ClientDeps {
  readonly process: SimulatedProcess;
  readonly store: Pick<Store, 'putMachine' | 'createExecutions'>;
  readonly broker: Broker;
  readonly trace: Trace;
}

/** Maximum number of attempts before a client gives up. */
const attemptsMax = 4;

/** Queues one task, unless the client crashes or gives up first. */
export async function queueTask(deps: ClientDeps, task: DrawnTask): Promise<void> {
  const { process, trace } = deps;
  const { clock, dice, name } = process;
  const taskName = dice.entropy.uuid();
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    try {
      await record(deps, task, taskName);
      return;
    } catch (error) {
      if (!hasCode(error) || !error.retryable) throw error;
      trace.note(`${name} retries queueing a task: ${error.message}`);
      await pause(clock, 1_000);
    }
  }
}

async function record(
  { process, store, broker, trace }: ClientDeps,
  { machineId, machine, item, terms, deadlineInMs }: DrawnTask,
  name: string,
): Promise<void> {
  const { clock, dice } = process;
  const definition = JSON.stringify(machine.definition);
  const { version } = await store.putMachine(machineId, machine.type, definition);
  const startsAt = clock.now() + (terms.startInMs ?? 0);
  const execution: NewExecution = {
    id: dice.entropy.uuid(),
    machineId,
    machineVersion: version,
    name,
    input: JSON.stringify(item),
    ...terms,
    ...(deadlineInMs !== null && { deadlineAt: startsAt + deadlineInMs }),
  };
  const [result] = await store.createExecutions([execution], true);
  if (result?.created !== true || terms.startInMs !== undefined) return;
  const logger = trace.createLogger(process.name);
  const dispatcher = new Dispatcher({ broker, logger, metrics: noMetrics });
  await dispatcher.dispatch([{ executionId: execution.id, queue: terms.queue, batchId: null }]);
}

/**
 * Programs that queue executions by themselves. Each is a process of its own, whose calls fail, get
 * lost and kill it like any other's; one that was not answered asks again under the same name.
 */
import { noMetrics } from '../../lib/drivers/system/no-metrics.ts';
import { hasCode } from '../../lib/errors.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import { pause } from '../../lib/ports/clock.ts';
import type { NewExecution } from '../../lib/ports/execution-store.ts';
import type { Store } from '../../lib/ports/store.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import type { DrawnTask } from './queued-tasks.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';

/** What a client has of the world around it. */
export interface ClientDeps {
  readonly process: SimulatedProcess;
  readonly store: Pick<Store, 'putMachine' | 'createExecutions'>;
  readonly broker: Broker;
  readonly trace: Trace;
}

/** How often a client asks before it gives up. */
const triesMax = 4;

/** Queues one task, unless the client dies or loses patience before. */
export async function queueTask(parts: ClientDeps, task: DrawnTask): Promise<void> {
  const { process, trace } = parts;
  const { clock, dice, name } = process;
  const taskName = dice.entropy.uuid();
  for (let tries = 1; tries <= triesMax; tries += 1) {
    try {
      await record(parts, task, taskName);
      return;
    } catch (error) {
      if (!hasCode(error) || !error.retryable) throw error;
      trace.note(`${name} queues again what may be queued: ${error.message}`);
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
    ...{ id: dice.entropy.uuid(), machineId, machineVersion: version, name },
    ...{ input: JSON.stringify(item), ...terms },
    ...(deadlineInMs !== null && { deadlineAt: startsAt + deadlineInMs }),
  };
  const [result] = await store.createExecutions([execution], true);
  if (result?.created !== true || terms.startInMs !== undefined) return;
  const logger = trace.loggerOf(process.name);
  const dispatcher = new Dispatcher({ broker, logger, metrics: noMetrics });
  await dispatcher.dispatch([{ executionId: execution.id, queue: terms.queue, batchId: null }]);
}

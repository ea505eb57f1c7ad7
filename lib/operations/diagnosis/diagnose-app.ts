import { describeBroker } from '../../config/broker-settings.ts';
import type { AppContext } from '../app-context.ts';
import { requireHandlers } from '../machine-registry.ts';
import { queueNames } from '../queues.ts';
import { checkFacts } from './check-facts.ts';
import { checkNode } from './check-node.ts';
import { checkQueues } from './check-queues.ts';
import { checkTransport } from './check-transport.ts';
import { checkWork } from './check-work.ts';
import {
  checkTimeoutMs,
  errorFinding,
  type Finding,
  okFinding,
  serviceFinding,
  warningFinding,
  withTimeout,
} from './finding.ts';

type DiagnosedApp = Pick<
  AppContext,
  'broker' | 'clock' | 'invoker' | 'machines' | 'settings' | 'store' | 'warnings'
>;

/**
 * Checks what an open app depends on, as `millrace doctor` does, over the app's own connections:
 * the version of Node, the handlers of its machines, the database, the queues and the work. A check
 * that fails does not stop the others, and nothing is changed.
 */
export async function* diagnoseApp(app: DiagnosedApp): AsyncGenerator<Finding> {
  const { store, clock, settings } = app;
  yield checkNode(process.versions.node);
  for (const machine of app.machines.list()) {
    const check = `machine ${machine.record.id}`;
    try {
      await requireHandlers(machine, app);
      yield okFinding(check, 'its definition is valid, and every Task has a handler');
    } catch (error) {
      yield errorFinding(check, error);
    }
  }
  yield* checkTransport(settings);
  const isUsable = yield* checkFacts(store, clock, checkTimeoutMs);
  for (const warning of app.warnings) yield warningFinding('broker', warning);
  yield* checkOpenBroker(app);
  if (isUsable) yield* checkWork(store, clock, settings.broker.driver !== 'memory');
}

async function* checkOpenBroker(app: DiagnosedApp): AsyncGenerator<Finding> {
  const { broker, clock, settings } = app;
  const description = describeBroker(settings.broker);
  try {
    const askedAt = clock.monotonicMs();
    const stats = await withTimeout(clock, broker.stats(queueNames(app)));
    yield okFinding('broker', `${description}, answers in ${clock.monotonicMs() - askedAt} ms`);
    yield* checkQueues(stats);
  } catch (error) {
    yield serviceFinding('broker', description, error);
  }
}

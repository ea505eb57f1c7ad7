import { type BrokerDeps, inspectBroker, openBroker } from '../app/compose/open-broker.ts';
import { describeBroker } from '../config/broker-settings.ts';
import type { Settings } from '../config/settings.ts';
import { checkQueues } from '../operations/diagnosis/check-queues.ts';
import {
  brokenFinding,
  type Finding,
  okFinding,
  serviceFinding,
  warningFinding,
  withTimeout,
} from '../operations/diagnosis/finding.ts';
import type { Broker } from '../ports/broker.ts';

/**
 * Checks the broker: whether it answers, which of its settings are dangerous, which queues are
 * paused and which hold dead letters.
 */
export async function* checkBroker(
  { broker: settings, queues }: Pick<Settings, 'broker' | 'queues'>,
  deps: BrokerDeps,
): AsyncGenerator<Finding> {
  if (settings.driver === 'memory') {
    yield okFinding('broker', 'queues in memory: leader and workers share one process');
    return;
  }
  const { clock } = deps;
  const names = Object.keys(queues);
  const description = describeBroker(settings);
  let broker: Broker | null = null;
  try {
    const problems = await withTimeout(clock, inspectBroker(settings, names, deps));
    for (const problem of problems.warnings) yield warningFinding('broker', problem);
    for (const problem of problems.refusals) yield brokenFinding('broker', problem);
    broker = await withTimeout(clock, openBroker(settings, deps));
    const askedAt = clock.monotonicMs();
    const stats = await withTimeout(clock, broker.stats(names));
    yield okFinding('broker', `${description}, answers in ${clock.monotonicMs() - askedAt} ms`);
    yield* checkQueues(stats);
  } catch (error) {
    yield serviceFinding('broker', description, error);
  } finally {
    if (broker !== null) await withTimeout(clock, broker.close()).catch(() => {});
  }
}

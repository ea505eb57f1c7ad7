/** Looks at the queues: whether their service answers, what is dangerous about it, what waits. */

import { type BrokerDeps, inspectBroker, openBroker } from '../app/compose/open-broker.ts';
import { describeBroker } from '../config/broker-settings.ts';
import type { Settings } from '../config/settings.ts';
import type { Broker, QueueStats } from '../ports/broker.ts';
import { type Finding, fine, inTime, unanswered, warning } from './finding.ts';

/** Looks at the broker and its queues. */
export async function* checkBroker(
  { broker: settings, queues }: Pick<Settings, 'broker' | 'queues'>,
  parts: BrokerDeps,
): AsyncGenerator<Finding> {
  if (settings.driver === 'memory') {
    yield fine('broker', 'queues in memory: leader and workers share one process');
    return;
  }
  const { clock } = parts;
  const names = Object.keys(queues);
  const description = describeBroker(settings);
  let broker: Broker | null = null;
  try {
    for (const problem of await inTime(clock, inspectBroker(settings, names, parts))) {
      yield warning('broker', problem);
    }
    broker = await inTime(clock, openBroker(settings, parts));
    const askedAt = clock.now();
    const stats = await inTime(clock, broker.stats(names));
    yield fine('broker', `${description}, answers in ${clock.now() - askedAt} ms`);
    yield checkPaused(stats);
    yield checkDead(stats);
  } catch (error) {
    yield unanswered('broker', description, error);
  } finally {
    if (broker !== null) await inTime(clock, broker.close()).catch(() => {});
  }
}

function checkPaused(stats: readonly QueueStats[]): Finding {
  const paused = stats.filter((queue) => queue.paused).map(({ queue }) => queue);
  if (paused.length === 0) return fine('queues', 'none is paused');
  const names = paused.join(', ');
  return warning('queues', `paused: ${names}`, `queue resume ${paused.join(' ')} goes on`);
}

function checkDead(stats: readonly QueueStats[]): Finding {
  const waiting = stats
    .filter(({ dead }) => dead > 0)
    .map(({ queue, dead }) => `${dead} in ${queue}`);
  if (waiting.length === 0) return fine('dead letters', 'none waits');
  return warning(
    'dead letters',
    `${waiting.join(', ')}`,
    'a leader moves them into the archive within seconds: see that one is alive',
  );
}

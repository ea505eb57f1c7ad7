/** Steps that check that an idle deployment costs nothing, and wakes when there is work. */
import { openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { pause } from '../../lib/retry/pause.ts';
import type { Schedule } from '../services/schedule-registry.ts';
import { findLeaderSchedule, isQuiet, leaderScheduleName } from './app-roles.ts';
import { requireSameReport } from './batch-comparison.ts';
import { startSmallBatch } from './object-steps.ts';
import { type ScenarioContext, stepFailure, waitMsMax } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/** Checks that without work the leader schedule is disabled and the database is not called. */
export const idleStep: ScenarioStep = {
  name: 'without work the leader schedule is disabled, and the database is not called',
  skipReason: noLeaderSchedule,
  run: async (context) => {
    await waitUntilDisabled(context);
    // The invocation that has disabled it has not ended yet.
    await context.waitUntil('no function runs', waitMsMax, async () =>
      isQuiet(context.deployment) ? true : null,
    );
    const before = countDataApiCalls(context);
    const minuteMs = Math.max(60_000 / context.speed, 2_000);
    await pause(context.clock, minuteMs);
    const calls = countDataApiCalls(context) - before;
    if (calls > 0) throw stepFailure(`${calls} Data API calls in an idle minute`);
    const schedule = findLeaderSchedule(context.deployment);
    if (schedule !== undefined) {
      context.deployment.coverage.record(schedule.id, 'disabled when idle');
    }
    return 'no Data API call in a minute';
  },
};

/** Checks that a request enables the leader schedule for as long as there is work. */
export function wakeStep(batch: string): ScenarioStep {
  return {
    name: `a request for '${batch}' enables the leader schedule until the batch has ended`,
    skipReason: noLeaderSchedule,
    run: async (context) => {
      const before = await context.batchIds(batch);
      const expected = await startSmallBatch(context, batch);
      await context.waitUntil('the leader schedule is enabled', waitMsMax, async () =>
        currentLeaderSchedule(context)?.state === 'ENABLED' ? true : null,
      );
      const report = await context.waitForEnd(await context.waitForNewBatch(batch, before));
      requireSameReport(expected, report);
      await waitUntilDisabled(context);
      return 'the leader schedule was enabled while it ran, and is disabled again';
    },
  };
}

/** Duration of the Wait, in seconds: the leader stops when nothing is due for 5 minutes. */
const sleepSeconds = 600;

const sleeper = 'rehearsal-sleeper';

/** Checks that a one-time schedule replaces the leader schedule while all executions sleep. */
export const sleepStep: ScenarioStep = {
  name: 'while an execution sleeps, a one-time schedule replaces the leader schedule',
  skipReason: noLeaderSchedule,
  run: async (context) => {
    const { postgresUrl } = context.deployment.backends;
    if (postgresUrl === null) throw stepFailure('there is no database');
    const app = await openMillrace({
      config: sleeperConfig,
      flags: { store: 'postgres', postgresUrl, broker: 'memory' },
    });
    try {
      const { id } = await app.batches.start(sleeper);
      // Work that was not recorded by a function wakes no leader by itself.
      fireLeaderSchedule(context);
      const once = await context.waitUntil('a one-time schedule is created', waitMsMax, async () =>
        findOneTimeSchedule(context),
      );
      await waitUntilDisabled(context);
      context.deployment.eventBridge.fire(once);
      await context.waitUntil('the leader has answered', waitMsMax, async () =>
        isQuiet(context.deployment) ? true : null,
      );
      await app.batches.cancel(id, 'the rehearsal needs it no more');
      fireLeaderSchedule(context);
      await context.waitForEnd(id);
      return `${once.expressionText}, which invoked the leader when it was fired`;
    } finally {
      await app.close();
    }
  },
};

function fireLeaderSchedule({ deployment }: ScenarioContext): void {
  const schedule = findLeaderSchedule(deployment);
  if (schedule !== undefined) deployment.eventBridge.fireResource(schedule);
}

const sleeperConfig: MillraceConfig = {
  machines: {
    [sleeper]: {
      definition: {
        StartAt: 'Sleep',
        States: { Sleep: { Type: 'Wait', Seconds: sleepSeconds, End: true } },
      },
    },
  },
  batches: { [sleeper]: { machine: sleeper, source: { kind: 'items', items: [{}] } } },
};

function findOneTimeSchedule({ deployment }: ScenarioContext): Schedule | null {
  const found = deployment.eventBridge.registry.schedules.find(
    ({ expression, state }) => expression.kind === 'at' && state === 'ENABLED',
  );
  return found ?? null;
}

function noLeaderSchedule({ deployment }: ScenarioContext): string | null {
  return findLeaderSchedule(deployment) === undefined
    ? 'no function has a leader schedule in its variables'
    : null;
}

async function waitUntilDisabled(context: ScenarioContext): Promise<void> {
  await context.waitUntil('the leader schedule is disabled', waitMsMax, async () =>
    currentLeaderSchedule(context)?.state === 'DISABLED' ? true : null,
  );
}

function currentLeaderSchedule({ deployment }: ScenarioContext): Schedule | undefined {
  const name = leaderScheduleName(deployment);
  return name === undefined ? undefined : deployment.eventBridge.findSchedule(name);
}

function countDataApiCalls({ deployment }: ScenarioContext): number {
  const counts: number[] = Object.values(deployment.backends.dataApi?.requests ?? {});
  return counts.reduce((sum, each) => sum + each, 0);
}

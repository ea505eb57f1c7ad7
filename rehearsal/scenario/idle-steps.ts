/** Steps about rest: what has nothing to do costs nothing, and wakes when there is something. */
import { randomUUID } from 'node:crypto';
import { openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { envNames } from '../../lib/config/env-names.ts';
import { pause } from '../../lib/ports/clock.ts';
import type { Schedule } from '../services/schedule-book.ts';
import { sweepOf } from './app-roles.ts';
import { requestBatch } from './batch-steps.ts';
import { objectObstacle, startSmall } from './object-steps.ts';
import { failed, type ScenarioContext } from './scenario-world.ts';
import type { Step } from './step.ts';

/** With no open work the sweep is turned off, and nobody asks the database anything. */
export const idleStep: Step = {
  name: 'with nothing to do the sweep is off, and the database is left alone',
  obstacle: noSweep,
  run: async (context) => {
    await untilAsleep(context);
    const calls = () => callsOf(context);
    const before = calls();
    const minuteMs = Math.max(60_000 / context.speed, 2_000);
    await pause(context.clock, minuteMs);
    const made = calls() - before;
    if (made > 0) throw failed(`${made} calls of the Data API in a minute of rest`);
    const sweep = sweepOf(context.deployment);
    if (sweep !== undefined) context.deployment.evidence.note(sweep.id, 'turned off at rest');
    return 'no call of the Data API in a minute';
  },
};

/** An order that comes to rest turns the sweep on for as long as there is something to do. */
export function wakeStep(batch: string): Step {
  return {
    name: `an order for '${batch}' ends the rest, and rest comes again`,
    obstacle: noSweep,
    run: async (context) => {
      const before = await context.batchIds(batch);
      if (objectObstacle(context, batch) === null) await startSmall(context, batch);
      else await requestBatch(context, batch, randomUUID());
      await context.until('the sweep is turned on', 60_000, async () =>
        stateOf(context)?.state === 'ENABLED' ? true : null,
      );
      await context.ended(await context.newBatch(batch, before));
      await untilAsleep(context);
      return 'the sweep was on while it ran, and is off again';
    },
  };
}

/** How long the sleeper sleeps, in seconds: the leader rests when nothing is due for 5 minutes. */
const sleepSeconds = 600;

const sleeper = 'rehearsal-sleeper';

/** While everything sleeps the sweep is off, and a one-time schedule stands for who wakes next. */
export const sleepStep: Step = {
  name: 'while an execution sleeps the sweep is off, and a one-time schedule stands for it',
  obstacle: noSweep,
  run: async (context) => {
    const { postgresUrl } = context.deployment.backends;
    if (postgresUrl === null) throw failed('there is no database');
    const app = await openMillrace({
      config: sleeperConfig,
      flags: { store: 'postgres', postgresUrl, queueDriver: 'memory' },
    });
    try {
      const { id } = await app.startBatch(sleeper);
      // Whoever records work past the functions has the leader look.
      fireSweep(context);
      const once = await context.until('a one-time schedule is made', 90_000, async () =>
        oneTimeSchedule(context),
      );
      await untilAsleep(context);
      context.deployment.services.fireNow(once);
      await context.until('the leader has looked', 60_000, async () =>
        isCalled(context) ? true : null,
      );
      await app.abortBatch(id, 'the rehearsal has seen enough of it');
      fireSweep(context);
      await context.ended(id);
      return `${once.expressionText}, which called the leader when its time was moved on`;
    } finally {
      await app.close();
    }
  },
};

function fireSweep({ deployment }: ScenarioContext): void {
  const sweep = sweepOf(deployment);
  if (sweep !== undefined) deployment.services.fire(sweep);
}

/** Whether nothing waits for the leader: what was fired has been answered. */
function isCalled({ deployment }: ScenarioContext): boolean {
  return [...deployment.functions.values()].every(({ events }) => events.open === 0);
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

function oneTimeSchedule({ deployment }: ScenarioContext): Schedule | null {
  const found = deployment.services.schedules.schedules.find(
    ({ expression, state }) => expression.kind === 'at' && state === 'ENABLED',
  );
  return found ?? null;
}

function noSweep({ deployment }: ScenarioContext): string | null {
  return sweepOf(deployment) === undefined ? 'no function is told of a sweep' : null;
}

async function untilAsleep(context: ScenarioContext): Promise<void> {
  await context.until('the sweep is turned off', 120_000, async () =>
    stateOf(context)?.state === 'DISABLED' ? true : null,
  );
}

function stateOf({ deployment }: ScenarioContext): Schedule | undefined {
  const told = [...deployment.functions.values()]
    .map(({ deployed }) => deployed.definition.variables[envNames.leaderSchedule])
    .find((name) => name !== undefined);
  return told === undefined ? undefined : deployment.services.schedule(told);
}

function callsOf({ deployment }: ScenarioContext): number {
  const counts: number[] = Object.values(deployment.backends.database?.requests ?? {});
  return counts.reduce((sum, each) => sum + each, 0);
}

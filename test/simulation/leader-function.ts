/** The leader function in a simulated process, with what Lambda does to it. */
import { pause } from '../../lib/retry/pause.ts';
import { LeftBatches } from '../../lib/roles/batch/left-batches.ts';
import { Leader } from '../../lib/roles/leader.ts';
import { OnDemandLeader } from '../../lib/roles/on-demand-leader.ts';
import type { Role } from '../../lib/roles/role.ts';
import { createLeaderRoles, type Node, type NodeDeps, nodeRoleOptions } from './cluster.ts';
import type { ArrivedCall, LeaderCalls } from './leader-calls.ts';

/** How long a lease lasts without a call, and how long a call may take, in milliseconds. */
const leaseMs = 90_000;
const callMsMax = 60_000;
/** Time between two looks for calls, in milliseconds. */
const lookMs = 5_000;
/** Time between two ticks of a helper that has nothing left to do, in milliseconds. */
const helperMs = 15_000;

/**
 * Starts a process that runs the leader function, one call at a time, and is killed when a call
 * takes too long. The archiver is a function of its own; it runs in the same process here.
 */
export function startLeaderFunction(deps: NodeDeps, calls: LeaderCalls): Node {
  const { process, store, schedule, trace } = deps;
  const { executor, leaderOptions, sweeper, archiver, janitor } = createLeaderRoles(deps);
  const { clock } = process;
  const leftBatches = new LeftBatches(leaderOptions);
  const leader = new OnDemandLeader({
    clock,
    logger: trace.createLogger(process.name),
    store,
    createLeader: (scope) => new Leader({ ...leaderOptions, scope, leaseMs, leftBatches }),
    helpers: [sweeper, janitor].map((role) => seldom(role, deps)),
    leaderSchedule: schedule,
    continueLater: (predecessor, pausedMs) => schedule.continueLater(predecessor, pausedMs),
  });
  const call = async ({ predecessor, pausedMs }: ArrivedCall) => {
    // By the clock of the service, which also kills a process that is frozen.
    const killing = calls.after(callMsMax, () => process.crash());
    try {
      const mayRest = predecessor === null;
      await leader.call({ predecessor, pausedMs, mayRest, remainingMs: callMsMax });
    } finally {
      killing();
    }
  };
  const stopping = new AbortController();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      // At random times, so that no process has all of the calls.
      const pauseMs = lookMs * (1 + process.dice.entropy.random());
      if (!(await calls.take(call))) await pause(clock, pauseMs, stopping.signal);
    }
  };
  archiver.start();
  const looping = loop();
  return {
    kind: 'leader',
    process,
    version: deps.version,
    handlesAllTypes: false,
    running: () => executor.runningCount,
    stop: async () => {
      stopping.abort();
      await Promise.all([looping, archiver.stop()]);
    },
  };
}

function seldom(role: Pick<Role, 'tick'>, deps: NodeDeps): Pick<Role, 'tick'> {
  const { clock } = nodeRoleOptions(deps);
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    tick: async (signal) => {
      if (clock.monotonicMs() < nextMs) return helperMs;
      const pauseMs = await role.tick(signal);
      if (pauseMs > 0) nextMs = clock.monotonicMs() + helperMs;
      return pauseMs;
    },
  };
}

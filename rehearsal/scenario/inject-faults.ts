import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import { findLeader, findWorkers } from './app-roles.ts';
import type { ScenarioContext } from './scenario-context.ts';

/** How long the database takes to resume after the call that wakes it, in milliseconds. */
const resumeMs = 2_000;

/** Maximum number of looks for a running invocation, 10 ms apart. */
const looksMax = 2_000;

/**
 * Injects every fault that a batch must survive: killed functions, a paused database, throttling
 * and lost answers. Returns what was injected.
 */
export async function injectFaults(context: ScenarioContext): Promise<string> {
  const { deployment } = context;
  return await deployment.problems.tolerating(['function', 'source'], async () => {
    const removals = injectServiceFaults(deployment);
    await deployment.backends.dataApi?.pauseDatabase(resumeMs);
    const workers = await killRunning(context, findWorkers(deployment), 2);
    const leader = findLeader(deployment);
    const leaders = leader === undefined ? 0 : await killRunning(context, [leader], 1);
    for (const remove of removals) remove();
    return (
      `killed ${workers} workers and ${leaders} leaders during an invocation, paused the ` +
      'database, throttled SQS and the Data API, and lost answers of both'
    );
  });
}

/** Throttles services, and loses answers after the service has done its work. */
function injectServiceFaults({ proxy, backends }: Deployment): (() => void)[] {
  backends.dataApi?.throttle({ count: 10 });
  for (let count = 0; count < 5; count += 1) {
    backends.dataApi?.failNext('lost-answer', 'ExecuteStatement');
  }
  const faults = [
    { operation: 'sqs:SendMessageBatch', kind: 'throttle', times: 5 },
    { operation: 'sqs:SendMessageBatch', kind: 'cut', times: 3 },
    { operation: 'sqs:DeleteMessageBatch', kind: 'cut', times: 2 },
  ] as const;
  return faults.map((fault) => proxy.faults.add(fault));
}

/** Kills processes that run an invocation, `times` of them. Returns how many were killed. */
async function killRunning(
  { clock }: ScenarioContext,
  functions: readonly RunningFunction[],
  times: number,
): Promise<number> {
  let killed = 0;
  for (let looks = 0; looks < looksMax && killed < times; looks += 1) {
    const running = functions.find(({ lambda }) => lambda.running > 0);
    if (running !== undefined) killed += await running.lambda.kill('running');
    await new Promise<void>((resolve) => clock.after(10, resolve));
  }
  return killed;
}

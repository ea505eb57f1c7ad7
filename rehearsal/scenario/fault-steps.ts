/** What may go wrong in the midst of a batch, done to one: it must come to the same figures. */
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import { leaderOf, workersOf } from './app-roles.ts';
import type { ScenarioContext } from './scenario-world.ts';

/** How long the database pauses, in milliseconds, from the call that wakes it. */
const resumeMs = 2_000;

/** How often something running is looked for before it is given up. */
const looksMax = 2_000;

/** Makes them all; what was done, in words. */
export async function makeFaults(context: ScenarioContext): Promise<string> {
  const { deployment } = context;
  return await deployment.troubles.tolerating(['function', 'source'], async () => {
    const lifts = loseAnswers(deployment);
    await pauseDatabase(context);
    const workers = await killRunning(context, workersOf(deployment), 2);
    const leader = leaderOf(deployment);
    const leaders = leader === undefined ? 0 : await killRunning(context, [leader], 1);
    for (const lift of lifts) lift();
    return (
      `killed ${workers} workers and ${leaders} leaders in the middle of an invocation, paused ` +
      'the database, throttled SQS and the Data API, and lost answers of both'
    );
  });
}

/** Throttles, and answers that never arrive though the service has done its work. */
function loseAnswers({ gate, backends }: Deployment): (() => void)[] {
  backends.database?.throttle({ count: 10 });
  for (let count = 0; count < 5; count += 1) {
    backends.database?.failNext('lost-answer', 'ExecuteStatement');
  }
  const faults = [
    { operation: 'sqs:SendMessageBatch', kind: 'throttle', times: 5 },
    { operation: 'sqs:SendMessageBatch', kind: 'cut', times: 3 },
    { operation: 'sqs:DeleteMessageBatch', kind: 'cut', times: 2 },
  ] as const;
  return faults.map((fault) => gate.faults.add(fault));
}

async function pauseDatabase({ deployment }: ScenarioContext): Promise<void> {
  await deployment.backends.database?.pauseDatabase(resumeMs);
}

/** Waits until one of them runs and kills what does, as often as asked; how many died. */
async function killRunning(
  { clock }: ScenarioContext,
  victims: readonly RunningFunction[],
  times: number,
): Promise<number> {
  let killed = 0;
  for (let looks = 0; looks < looksMax && killed < times; looks += 1) {
    const running = victims.find(({ lambda }) => lambda.running > 0);
    if (running !== undefined) killed += await running.lambda.kill('running');
    await new Promise<void>((resolve) => clock.after(10, resolve));
  }
  return killed;
}

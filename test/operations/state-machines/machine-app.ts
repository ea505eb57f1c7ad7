/** An app whose machines are made at run time. */
import { onTestFinished } from 'vitest';
import { contextOf, type Millrace } from '../../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../../lib/config/config.ts';
import { createStateMachine } from '../../../lib/operations/state-machines/create-state-machine.ts';
import { parseMachineName } from '../../../lib/operations/state-machines/machine-target.ts';
import {
  type StartMachineRequest,
  startMachineExecution,
} from '../../../lib/operations/state-machines/start-execution.ts';
import { openApp } from '../../support/open-app.ts';
import { until } from '../../support/signal.ts';

/** Returns a machine whose only state has this result. */
export const pass = (result: unknown) =>
  JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', Result: result, End: true } } });

/** A machine that waits for hours. */
export const wait = JSON.stringify({
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: 9_999, End: true } },
});

/** Returns a machine whose only state calls a handler. */
export const work = (resource: string) =>
  JSON.stringify({
    StartAt: 'T',
    States: { T: { Type: 'Task', Resource: resource, End: true } },
  });

/** Opens an app with a worker. Returns how to make machines, and to start and await executions. */
export async function openMachineApp(config: Partial<MillraceConfig> = {}) {
  const faults = { broken: true };
  const app = await openApp({
    ...config,
    account: '123456789012',
    region: 'eu-central-1',
    machines: { own: { definition: JSON.parse(pass('own')) } },
    handlers: {
      flaky: () => {
        if (faults.broken) throw new Error('broken');
        return 'repaired';
      },
    },
  });
  await app.start();
  onTestFinished(() => app.stop());
  const context = contextOf(app);
  const make = (name: string, definition: string, more = {}) =>
    createStateMachine(context, { name, definition, roleArn: 'arn:aws:iam::1:role/r', ...more });
  const start = (machine: string, request: StartMachineRequest = {}) =>
    startMachineExecution(context, parseMachineName(machine), request);
  const end = (id: string) => endOf(app, id);
  const asleep = (id: string) =>
    until(async () => (await context.store.getExecution(id))?.dueAt !== null, 'it sleeps');
  return { app, asleep, context, faults, make, start, end };
}

/** A leader leads a map run at its own pace, which the clock of the machine sets. */
const turnsMax = 1_000_000;

async function endOf(app: Millrace, id: string) {
  const hasEnded = async () => (await app.executions.get(id)).endedAt !== null;
  await until(hasEnded, 'it ends', turnsMax);
  const record = await app.drivers.store.getExecution(id);
  if (record === null) throw new Error('the execution is in the store');
  return record;
}

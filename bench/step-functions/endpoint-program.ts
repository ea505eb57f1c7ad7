/**
 * A program that serves Step Functions' API, like `millrace step-functions`, until its standard
 * input ends: `node bench/step-functions/endpoint-program.ts <settings as JSON> [works]`. It prints
 * its URL. With `works` it also runs what is started.
 */
import { openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { serveStepFunctions } from '../../lib/server/step-functions/serve-step-functions.ts';
import { threeTasksApp } from '../three-tasks.ts';

/** The id of the machine whose executions have more than a thousand events. */
export const longMachineId = 'long';

/** The name of an activity without tasks. */
export const idleActivity = 'idle';

/** 251 rounds of four events. */
const definition = {
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'More' },
    More: {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericLessThan: 251, Next: 'Count' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
} as const;

const config: MillraceConfig = {
  ...threeTasksApp,
  machines: { ...threeTasksApp.machines, [longMachineId]: { definition } },
  activities: [idleActivity],
};

if (import.meta.main) {
  const [flags = '{}', works] = process.argv.slice(2);
  const app = await openMillrace({ config, flags: JSON.parse(flags) });
  if (works !== undefined) await app.start();
  const server = await serveStepFunctions({ current: () => app, port: 0 });
  console.log(server.url);
  for await (const _ of process.stdin);
  await server.close();
  await app.close();
}

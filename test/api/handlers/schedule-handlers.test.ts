/** The HTTP API's operation on schedules. */
import { expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../../lib/app/millrace.ts';
import { createCaller } from '../../support/api-app.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

it('batches with a schedule are listed over HTTP', async () => {
  const app = await openMillrace({
    config: {
      machines: { m: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } } },
      batches: {
        nightly: {
          machine: 'm',
          source: { kind: 'items', items: [1] },
          schedule: 'cron(0 2 * * ? *)',
        },
      },
    },
    flags: { store: 'memory' },
    logger: new QuietLogger(),
  });
  onTestFinished(() => app.close());

  const { body } = await createCaller(async () => app).get('/v1/schedules');

  expect(body).toMatchObject({
    evaluatedBy: 'none',
    schedules: [{ name: 'nightly', machineId: 'm', onObject: false, last: null }],
  });
});

/** The broker of the settings, opened by its own driver. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openBroker } from '../../../lib/app/compose/open-broker.ts';
import { createSqsQueues } from '../../../lib/drivers/sqs/create-sqs-queues.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { sqsServer } from '../../support/sqs-server.ts';

const sqs = sqsServer();

describe('the broker of the settings', () => {
  it('the broker of SQS settings uses their prefix and endpoint', async () => {
    const settings = { queuePrefix: 'app-', endpoint: sqs.server().address };
    await createSqsQueues(settings, ['default']);
    const deps = { clock: new SimulatedClock(), logger: new QuietLogger() };
    const broker = await openBroker({ driver: 'sqs', ...settings }, deps);
    onTestFinished(() => broker.close());

    await broker.send('default', [{ id: 'a', body: '1' }]);

    expect(broker.volatile).toBe(false);
    expect(sqs.server().inspectQueue('app-default')?.messages.ready).toHaveLength(1);
  });
});

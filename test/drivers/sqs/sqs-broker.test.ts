/** The SQS broker by the SDK's real client, over HTTP: the contract and the model. */
import { describe, it } from 'vitest';
import { createQueues } from '../../../lib/drivers/sqs/create-queues.ts';
import { openSqsBroker } from '../../../lib/drivers/sqs/sqs-broker.ts';
import { brokerContract } from '../../contracts/broker/broker-contract.ts';
import { type BrokerHarness, maxReceiveCount } from '../../contracts/broker/broker-harness.ts';
import { checkAgainstModel } from '../../contracts/broker/broker-model.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { sqsServer } from '../../support/sqs-server.ts';

const sqs = sqsServer();
let queues = 0;

async function make(): Promise<BrokerHarness> {
  const clock = new SimulatedClock();
  const broker = await openSqsBroker({ clock, logger: new QuietLogger() });
  return {
    broker,
    tickMs: 1_000,
    newQueue: async () => {
      queues += 1;
      const queue = `queue-${queues}`;
      await createQueues({ maxReceiveCount }, [queue]);
      return queue;
    },
    advance: async (ms) => {
      sqs.advance(ms);
      await clock.advance(ms);
    },
    close: () => broker.close(),
  };
}

brokerContract('sqs', make, {
  'a body with characters beyond U+FFFF comes back letter for letter':
    'SQS carries them, the server under test refuses them',
  'a group with a long backlog does not hold up another':
    'fair queues are a matter of AWS, the server under test has none',
  'a late acknowledgement is answered': 'SQS accepts every acknowledgement',
  'a delivery cannot be held beyond 12 hours in all':
    'SQS refuses it, the server under test does not',
  'stats follow expiry and acknowledgement':
    'the server under test counts an expiry at the next receive',
  'a peek shows ready messages and takes none': 'SQS can show a message only by delivering it',
  'the oldest message tells how long it has waited': 'SQS tells it to CloudWatch alone',
});

describe('the sqs broker beside the model', () => {
  it('agrees with the model whatever is done to SQS', async () => {
    await checkAgainstModel(await make(), 12);
  });
});

/** The SQS broker with the SDK's real client, over HTTP: the contract and the model. */
import { describe, it } from 'vitest';
import { createSqsQueues } from '../../../lib/drivers/sqs/create-sqs-queues.ts';
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
      await createSqsQueues({ maxReceiveCount }, [queue]);
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
  'a body with characters beyond U+FFFF comes back byte for byte':
    'SQS accepts them, the server under test refuses them',
  'a group with a long backlog does not block another group':
    'AWS has fair queues, the server under test has none',
  'the receipt of a late acknowledgement is returned': 'SQS accepts every acknowledgement',
  'a delivery cannot be held longer than 12 hours in total':
    'SQS refuses it, the server under test does not',
  'stats follow expiry and acknowledgement':
    'the server under test counts an expiry at the next receive',
  'a peek shows ready messages and delivers none': 'SQS can show a message only by delivering it',
  'stats show the age of the oldest message': 'SQS reports it only to CloudWatch',
});

describe('the SQS broker and the model', () => {
  it('the SQS broker agrees with the model', async () => {
    await checkAgainstModel(await make(), 12);
  });
});

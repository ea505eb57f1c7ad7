/** Events in a queue of SQS: received, removed, and delivered again while they are not. */
import { expect, it } from 'vitest';
import { SqsNotificationQueue } from '../../../lib/drivers/sqs/sqs-notification-queue.ts';
import { EventReader } from '../../../lib/roles/event-reader.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { sqsServer } from '../../support/sqs-server.ts';

const { server, advance } = sqsServer();
const running = new AbortController().signal;

it('an event is removed once it is handled, and comes again after a failure', async () => {
  const { port } = server();
  server().createQueue('inbox');
  server().sendMessage('inbox', 'good');
  server().sendMessage('inbox', 'bad');
  const handled: string[] = [];
  const logger = new QuietLogger();
  const reader = new EventReader({
    clock: new SimulatedClock(),
    logger,
    random: () => 0,
    queue: new SqsNotificationQueue(`http://127.0.0.1:${port}/000000000000/inbox`, 0),
    handle: async (body) => {
      handled.push(body);
      if (body === 'bad') throw new Error('no such batch');
    },
  });

  await reader.tick(running);
  await reader.tick(running);
  advance(60_000);
  await reader.tick(running);

  expect(handled.toSorted()).toEqual(['bad', 'bad', 'good']);
  expect(logger.entries.map(({ message, fields }) => [message, fields.error])).toEqual([
    ['event not handled: the queue delivers it again', 'no such batch'],
    ['event not handled: the queue delivers it again', 'no such batch'],
  ]);
});

it('a queue that does not exist is named', async () => {
  const url = `http://127.0.0.1:${server().port}/000000000000/none`;

  await expect(new SqsNotificationQueue(url, 0).receive(running)).rejects.toThrow(/none/);
});

/** Queues of SQS, created and looked at by the SDK's real client. */
import { describe, expect, it } from 'vitest';
import { createQueues } from '../../../lib/drivers/sqs/create-queues.ts';
import { inspectQueues } from '../../../lib/drivers/sqs/inspect-queues.ts';
import { sqsServer } from '../../support/sqs-server.ts';

const sqs = sqsServer();

/** Makes a queue with attributes of one's own; its ARN. */
function makeQueue(name: string, attributes: Record<string, string> = {}): string {
  const region = 'eu-central-1';
  const large = { MaximumMessageSize: '1048576' };
  return sqs.server().createQueue(name, { region, attributes: { ...large, ...attributes } })
    .queueArn;
}

async function problemsOf(queue: string, options = {}): Promise<readonly string[]> {
  const [found] = await inspectQueues(options, [queue]);
  return found?.problems ?? [];
}

describe('createQueues', () => {
  it('creates each queue with its dead-letter queue, and tells their names', async () => {
    const created = await createQueues({ queuePrefix: 'made-' }, ['high', 'low']);

    expect(created).toEqual(['made-high-dead', 'made-high', 'made-low-dead', 'made-low']);
    const live = sqs.server().inspectQueue('made-high');
    const dead = sqs.server().inspectQueue('made-high-dead');
    expect(live?.attributes).toMatchObject({
      MessageRetentionPeriod: '345600',
      MaximumMessageSize: '1048576',
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead?.arn, maxReceiveCount: 16 }),
    });
    expect(dead?.attributes).toMatchObject({ MessageRetentionPeriod: '1209600' });
  });

  it('creates queues that its inspection finds nothing wrong with', async () => {
    await createQueues({ queuePrefix: 'good-', maxReceiveCount: 7 }, ['a']);

    expect(await inspectQueues({ queuePrefix: 'good-' }, ['a'])).toEqual([
      {
        queue: 'a',
        name: 'good-a',
        deadName: 'good-a-dead',
        exists: true,
        deadExists: true,
        maxReceiveCount: 7,
        problems: [],
      },
    ]);
  });

  it('creates what is missing only, and leaves what is there', async () => {
    makeQueue('half-a-dead', { MessageRetentionPeriod: '60' });

    expect(await createQueues({ queuePrefix: 'half-' }, ['a'])).toEqual(['half-a']);
    expect(await createQueues({ queuePrefix: 'half-' }, ['a'])).toEqual([]);
    const dead = sqs.server().inspectQueue('half-a-dead');
    expect(dead?.attributes.MessageRetentionPeriod).toBe('60');
  });

  it('creates queues by the names in given URLs', async () => {
    const url = sqs.server().address;
    const urls = {
      high: { queue: `${url}/000000000000/own`, dead: `${url}/000000000000/own-dlq` },
    };

    expect(await createQueues({ urls }, ['high'])).toEqual(['own-dlq', 'own']);
  });
});

describe('inspectQueues', () => {
  it('tells what does not exist', async () => {
    expect(await problemsOf('nowhere')).toEqual([
      "the queue millrace-nowhere does not exist: run 'millrace queue create'",
      "the queue millrace-nowhere-dead does not exist: run 'millrace queue create'",
    ]);
  });

  it('tells of a queue whose dead letters go nowhere, or elsewhere', async () => {
    makeQueue('millrace-lone');
    const dead = makeQueue('millrace-lone-dead', { MessageRetentionPeriod: '1209600' });
    const other = makeQueue('other');
    const policy = { deadLetterTargetArn: other, maxReceiveCount: 16 };
    makeQueue('millrace-astray', { RedrivePolicy: JSON.stringify(policy) });
    makeQueue('millrace-astray-dead', { MessageRetentionPeriod: '1209600' });

    expect(await problemsOf('lone')).toEqual([
      'the dead-letter queue of millrace-lone must be millrace-lone-dead, there is no redrive ' +
        `policy: set its RedrivePolicy to {"deadLetterTargetArn":"${dead}","maxReceiveCount":16}`,
    ]);
    expect(await problemsOf('astray')).toEqual([
      expect.stringContaining(`must be millrace-astray-dead, it is ${other}: set`),
    ]);
  });

  it('tells of dead letters that do not outlive messages, and of too few receives', async () => {
    const dead = makeQueue('millrace-short-dead', { MessageRetentionPeriod: '345600' });
    const policy = { deadLetterTargetArn: dead, maxReceiveCount: 1 };
    makeQueue('millrace-short', { RedrivePolicy: JSON.stringify(policy) });

    expect(await problemsOf('short')).toEqual([
      expect.stringContaining('millrace-short makes dead letters after 1 receives'),
      expect.stringContaining('millrace-short-dead keeps messages for 345600 s'),
    ]);
  });

  it('tells of queues that are FIFO or take small messages only', async () => {
    const dead = makeQueue('millrace-small-dead', { MessageRetentionPeriod: '1209600' });
    const policy = JSON.stringify({ deadLetterTargetArn: dead, maxReceiveCount: 16 });
    makeQueue('millrace-small', { RedrivePolicy: policy, MaximumMessageSize: '262144' });
    makeQueue('ordered.fifo', { FifoQueue: 'true', RedrivePolicy: policy });
    const url = sqs.server().address;
    const urls = {
      ordered: { queue: `${url}/0/ordered.fifo`, dead: `${url}/0/millrace-small-dead` },
    };

    expect(await problemsOf('small')).toEqual([
      'millrace-small takes messages of at most 262144 bytes: set its MaximumMessageSize to 1048576',
    ]);
    expect(await problemsOf('ordered', { urls })).toEqual([
      'ordered.fifo is a FIFO queue, and must be a standard one: name another in sqs.urls',
    ]);
  });
});

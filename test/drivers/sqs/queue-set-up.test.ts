/** Creating and inspecting queues with the SDK's real client. */
import { describe, expect, it } from 'vitest';
import { createSqsQueues } from '../../../lib/drivers/sqs/create-sqs-queues.ts';
import { inspectSqsQueues } from '../../../lib/drivers/sqs/inspect-sqs-queues.ts';
import { sqsServer } from '../../support/sqs-server.ts';

const sqs = sqsServer();

/** Creates a queue with these attributes; returns its ARN. */
function makeQueue(name: string, attributes: Record<string, string> = {}): string {
  const region = 'eu-central-1';
  const large = { MaximumMessageSize: '1048576' };
  return sqs.server().createQueue(name, { region, attributes: { ...large, ...attributes } })
    .queueArn;
}

async function listProblems(queue: string, options = {}): Promise<readonly string[]> {
  const [found] = await inspectSqsQueues(options, [queue]);
  return found?.problems ?? [];
}

describe('createSqsQueues', () => {
  it('each queue is created with its dead-letter queue, and their names are returned', async () => {
    const created = await createSqsQueues({ queuePrefix: 'made-' }, ['high', 'low']);

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

  it('an inspection finds no problem with created queues', async () => {
    await createSqsQueues({ queuePrefix: 'good-', maxReceiveCount: 7 }, ['a']);

    expect(await inspectSqsQueues({ queuePrefix: 'good-' }, ['a'])).toEqual([
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

  it('only missing queues are created, and existing ones stay unchanged', async () => {
    makeQueue('half-a-dead', { MessageRetentionPeriod: '60' });

    expect(await createSqsQueues({ queuePrefix: 'half-' }, ['a'])).toEqual(['half-a']);
    expect(await createSqsQueues({ queuePrefix: 'half-' }, ['a'])).toEqual([]);
    const dead = sqs.server().inspectQueue('half-a-dead');
    expect(dead?.attributes.MessageRetentionPeriod).toBe('60');
  });

  it('queues with configured URLs are created under the names in the URLs', async () => {
    const url = sqs.server().address;
    const urls = {
      high: { queue: `${url}/000000000000/own`, dead: `${url}/000000000000/own-dlq` },
    };

    expect(await createSqsQueues({ urls }, ['high'])).toEqual(['own-dlq', 'own']);
  });
});

describe('inspectSqsQueues', () => {
  it('a missing queue is reported, and so is its dead-letter queue', async () => {
    expect(await listProblems('nowhere')).toEqual([
      "the queue millrace-nowhere does not exist: run 'millrace queue create'",
      "the queue millrace-nowhere-dead does not exist: run 'millrace queue create'",
    ]);
  });

  it('a queue with a missing or wrong redrive policy is reported', async () => {
    makeQueue('millrace-lone');
    const dead = makeQueue('millrace-lone-dead', { MessageRetentionPeriod: '1209600' });
    const other = makeQueue('other');
    const policy = { deadLetterTargetArn: other, maxReceiveCount: 16 };
    makeQueue('millrace-astray', { RedrivePolicy: JSON.stringify(policy) });
    makeQueue('millrace-astray-dead', { MessageRetentionPeriod: '1209600' });

    expect(await listProblems('lone')).toEqual([
      'the dead-letter queue of millrace-lone must be millrace-lone-dead, there is no redrive ' +
        `policy: set its RedrivePolicy to {"deadLetterTargetArn":"${dead}","maxReceiveCount":16}`,
    ]);
    expect(await listProblems('astray')).toEqual([
      expect.stringContaining(`must be millrace-astray-dead, it is ${other}: set`),
    ]);
  });

  it('a short retention of dead letters and too few receives are reported', async () => {
    const dead = makeQueue('millrace-short-dead', { MessageRetentionPeriod: '345600' });
    const policy = { deadLetterTargetArn: dead, maxReceiveCount: 1 };
    makeQueue('millrace-short', { RedrivePolicy: JSON.stringify(policy) });

    expect(await listProblems('short')).toEqual([
      expect.stringContaining('millrace-short makes dead letters after 1 receives'),
      expect.stringContaining('millrace-short-dead keeps messages for 345600 s'),
    ]);
  });

  it('a FIFO queue and a queue for small messages only are reported', async () => {
    const dead = makeQueue('millrace-small-dead', { MessageRetentionPeriod: '1209600' });
    const policy = JSON.stringify({ deadLetterTargetArn: dead, maxReceiveCount: 16 });
    makeQueue('millrace-small', { RedrivePolicy: policy, MaximumMessageSize: '262144' });
    makeQueue('ordered.fifo', { FifoQueue: 'true', RedrivePolicy: policy });
    const url = sqs.server().address;
    const urls = {
      ordered: { queue: `${url}/0/ordered.fifo`, dead: `${url}/0/millrace-small-dead` },
    };

    expect(await listProblems('small')).toEqual([
      'millrace-small takes messages of at most 262144 bytes: set its MaximumMessageSize to 1048576',
    ]);
    expect(await listProblems('ordered', { urls })).toEqual([
      'ordered.fifo is a FIFO queue, and must be a standard one: name another in sqs.urls',
    ]);
  });
});

/** Updates, rollbacks and deletions of small stacks. */
import { describe, expect, it } from 'vitest';
import {
  type CustomResourceRequest,
  deleteStacks,
  deployStacks,
  type UpdateOutcome,
  updateStacks,
} from '../../../rehearsal/cloudformation/change-stacks.ts';
import { rehearseDeletion } from '../../../rehearsal/cloudformation/rehearse-deletion.ts';
import { describeChanges } from '../../../rehearsal/cloudformation/rehearse-update.ts';
import { SimulatedAccount } from '../../../rehearsal/cloudformation/simulated-account.ts';
import { resolveStack, type TestTemplate } from '../../support/assembly.ts';

const attribute = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const queue = (properties: TestTemplate = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { VisibilityTimeout: 60, ...properties },
});
const worker = (memory = 128) => ({
  Type: 'AWS::Lambda::Function',
  DependsOn: ['Schema'],
  Properties: { MemorySize: memory, Environment: { Variables: { QUEUE: { Ref: 'Queue' } } } },
});
const mapping = {
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { EventSourceArn: attribute('Queue'), FunctionName: { Ref: 'Worker' } },
};
const schema = (bundle = 'first') => ({
  Type: 'Custom::MillraceSchema',
  Properties: { ServiceToken: attribute('Migrate'), bundle },
});
const migrate = { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 128 } };

const deployed: TestTemplate = {
  Worker: worker(),
  Mapping: mapping,
  Queue: queue(),
  Schema: schema(),
  Migrate: migrate,
};

/** Deploys stacks, and then others over them. Returns what happened since. */
async function update(
  before: TestTemplate,
  after: TestTemplate,
  { failingId, refused }: { readonly failingId?: string; readonly refused?: string } = {},
) {
  const account = new SimulatedAccount();
  const asked: string[] = [];
  const first = await resolveStack(before);
  await deployStacks(account, first, async () => {});
  const existing = account.existing.length;
  const start = account.events.length;
  const ask = async ({ type, resource }: CustomResourceRequest) => {
    const request = `${type} ${String(resource.properties.bundle)}`;
    asked.push(`${request} after ${account.events.length - start}`);
    if (request === refused) throw new Error('the schema is newer');
  };
  const outcome = await updateStacks({
    account,
    before: first,
    after: await resolveStack(after),
    ask,
    ...(failingId !== undefined && { failingId }),
  });
  const events = account.events.slice(start).map(({ action, id }) => `${action} ${id.slice(6)}`);
  return { outcome, events, asked, existing, left: account.existing.length };
}

function summary(outcome: UpdateOutcome): string {
  return outcome.kind === 'updated' ? describeChanges(outcome.changes) : outcome.reason;
}

describe('an update of stacks', () => {
  it('an update changes in place what it can, in the order of dependencies', async () => {
    const { outcome, events, asked } = await update(deployed, {
      ...deployed,
      Worker: worker(256),
      Schema: schema('second'),
      Queue: queue({ VisibilityTimeout: 90 }),
    });

    expect(summary(outcome)).toBe('3 resources updated, 0 replaced, 0 created, 0 removed');
    expect(events).toEqual(['update Schema', 'update Queue', 'update Worker']);
    expect(asked).toEqual(['Update second after 1']);
  });

  it('a replaced resource exists until everything that used it uses the new one', async () => {
    const { outcome, events } = await update(deployed, {
      ...deployed,
      Queue: queue({ QueueName: 'orders' }),
    });

    expect(summary(outcome)).toContain('2 replaced: Stack/Queue (QueueName) Stack/Mapping');
    expect(events).toEqual([
      'create Queue',
      'update Worker',
      'create Mapping',
      'delete Mapping',
      'delete Queue',
    ]);
  });

  it('a resource that a template no longer has is deleted when everything else is done, users first', async () => {
    const { Queue: _, Mapping: __, ...rest } = deployed;

    const { events } = await update(deployed, { ...rest, Other: queue(), Worker: migrate });

    expect(events).toEqual(['update Worker', 'create Other', 'delete Mapping', 'delete Queue']);
  });

  it('a resource whose name stays the same cannot be replaced, and the update is rolled back', async () => {
    const named = { QueueName: 'orders.fifo' };

    const { outcome, events } = await update(
      { ...deployed, Queue: queue(named) },
      { ...deployed, Queue: queue({ ...named, FifoQueue: true }), Schema: schema('second') },
    );

    expect(outcome).toMatchObject({ kind: 'rolled back', stack: 'Stack' });
    expect(summary(outcome)).toMatch(/Stack\/Queue: .*QueueName 'orders.fifo' stays the same/);
    expect(events).toEqual(['update Schema', 'update Schema']);
  });

  it('an update that fails gives every resource its old properties, and deletes what it created', async () => {
    const { outcome, events, asked, existing, left } = await update(
      deployed,
      {
        ...deployed,
        Queue: queue({ QueueName: 'orders' }),
        Schema: schema('second'),
        Worker: worker(512),
      },
      { failingId: 'Stack/Worker' },
    );

    expect(summary(outcome)).toBe('Stack/Worker: a quota is exceeded');
    expect(events).toEqual(['update Schema', 'create Queue', 'update Schema', 'delete Queue']);
    expect(asked).toEqual(['Update second after 1', 'Update first after 3']);
    expect(left).toBe(existing);
  });

  it('a custom resource that refuses to go back leaves its stack stuck', async () => {
    const { outcome } = await update(
      deployed,
      { ...deployed, Schema: schema('second'), Worker: worker(512) },
      { failingId: 'Stack/Worker', refused: 'Update first' },
    );

    expect(outcome).toMatchObject({ kind: 'stuck' });
    expect(summary(outcome)).toMatch(/quota is exceeded; and the rollback: the schema is newer/);
  });
});

const network = (policy?: string) => ({
  Vpc: { Type: 'AWS::EC2::VPC', Properties: {}, ...(policy && { DeletionPolicy: policy }) },
  Subnet: {
    Type: 'AWS::EC2::Subnet',
    Properties: { VpcId: { Ref: 'Vpc' } },
    ...(policy && { DeletionPolicy: policy }),
  },
});
const cluster = (properties: TestTemplate = {}) => ({
  Type: 'AWS::RDS::DBCluster',
  Properties: { ...properties, SubnetIds: [{ Ref: 'Subnet' }] },
});

describe('a deletion of stacks', () => {
  it('a deletion ends, users first, and keeps what its policy keeps', async () => {
    const resolution = await resolveStack({
      ...network('Retain'),
      Cluster: { ...cluster(), DeletionPolicy: 'Retain' },
      Queue: queue(),
      Mapping: mapping,
      Worker: migrate,
    });
    const account = new SimulatedAccount();
    await deployStacks(account, resolution, async () => {});

    await deleteStacks(account, resolution, async () => {});

    expect(account.existing.toSorted()).toEqual(['Stack/Cluster', 'Stack/Subnet', 'Stack/Vpc']);
    expect(await rehearseDeletion(resolution)).toBe('3 resources are kept');
  });

  it('a network whose cluster is kept cannot be deleted', async () => {
    const kept = { ...cluster(), DeletionPolicy: 'Retain' };
    const resolution = await resolveStack({ ...network(), Cluster: kept });

    await expect(rehearseDeletion(resolution)).rejects.toThrow(
      /Stack\/Subnet: AWS does not delete it while Stack\/Cluster uses it/,
    );
  });

  it('a bucket with objects is deleted once its objects are', async () => {
    const bucket = { Type: 'AWS::S3::Bucket', Properties: {} };
    const emptied = {
      Type: 'Custom::S3AutoDeleteObjects',
      Properties: { BucketName: { Ref: 'Bucket' } },
    };

    const full = await resolveStack({ Bucket: bucket });
    const both = await resolveStack({ Bucket: bucket, Emptied: emptied });

    await expect(rehearseDeletion(full)).rejects.toThrow(/a bucket with objects is not deleted/);
    expect(await rehearseDeletion(both)).toBe('nothing is kept');
  });

  it('a cluster that is protected refuses its deletion, which its owner wants', async () => {
    const guarded = cluster({ DeletionProtection: true });

    const resolution = await resolveStack({ ...network(), Cluster: guarded });

    expect(await rehearseDeletion(resolution)).toMatch(/refused, as Stack\/Cluster is protected/);
  });
});

/** The names of the resources that a rehearsal runs, or asks for their policies. */
import type { NameRule } from './physical-names.ts';

const name =
  (property: string, maximum?: number): NameRule =>
  (it) => ({ ref: it.name(property, maximum), attributes: {} });

/** By CloudFormation's type. */
export const coreNames: ReadonlyMap<string, NameRule> = new Map<string, NameRule>([
  [
    'AWS::SQS::Queue',
    (it) => {
      const queue = it.name('QueueName', 80);
      const url = `${it.place.endpoint}/${it.place.account}/${queue}`;
      const attributes = { Arn: it.arn('sqs', queue), QueueName: queue, QueueUrl: url };
      return { ref: url, attributes };
    },
  ],
  [
    'AWS::S3::Bucket',
    (it) => {
      const bucket = it.name('BucketName', 63).toLowerCase();
      const host = `s3.${it.place.region}.amazonaws.com`;
      return {
        ref: bucket,
        attributes: {
          Arn: `arn:${it.place.partition}:s3:::${bucket}`,
          DomainName: `${bucket}.s3.amazonaws.com`,
          RegionalDomainName: `${bucket}.${host}`,
          DualStackDomainName: `${bucket}.s3.dualstack.${it.place.region}.amazonaws.com`,
          WebsiteURL: `http://${bucket}.s3-website-${it.place.region}.amazonaws.com`,
        },
      };
    },
  ],
  [
    'AWS::Lambda::Function',
    (it) => {
      const called = it.name('FunctionName');
      return { ref: called, attributes: { Arn: it.arn('lambda', `function:${called}`) } };
    },
  ],
  [
    'AWS::Lambda::Version',
    (it) => {
      const ref = `${it.arn('lambda', `function:${functionOf(it.text('FunctionName'))}`)}:1`;
      return { ref, attributes: { Version: '1', FunctionArn: ref } };
    },
  ],
  [
    'AWS::Lambda::Alias',
    (it) => {
      const called = functionOf(it.text('FunctionName'));
      const ref = it.arn('lambda', `function:${called}:${it.name('Name', 128)}`);
      return { ref, attributes: { AliasArn: ref } };
    },
  ],
  [
    'AWS::Lambda::Url',
    (it) => {
      const called = functionOf(it.text('TargetFunctionArn'));
      const host = `${it.hash(32)}.lambda-url.${it.place.region}.on.aws`;
      const ref = it.arn('lambda', `function:${called}`);
      return { ref, attributes: { FunctionArn: ref, FunctionUrl: `https://${host}/` } };
    },
  ],
  [
    'AWS::Lambda::EventSourceMapping',
    (it) => {
      const ref = uuid(it.hash(32));
      const arn = it.arn('lambda', `event-source-mapping:${ref}`);
      return { ref, attributes: { Id: ref, EventSourceMappingArn: arn } };
    },
  ],
  ['AWS::Lambda::Permission', (it) => ({ ref: it.name('Id'), attributes: { Id: it.name('Id') } })],
  ['AWS::Lambda::EventInvokeConfig', name('Id')],
  [
    'AWS::Lambda::LayerVersion',
    (it) => {
      const ref = `${it.arn('lambda', `layer:${it.name('LayerName')}`)}:1`;
      return { ref, attributes: { LayerVersionArn: ref } };
    },
  ],
  [
    'AWS::IAM::Role',
    (it) => {
      const { partition, account } = it.place;
      const role = it.name('RoleName');
      const arn = `arn:${partition}:iam::${account}:role${it.text('Path') ?? '/'}${role}`;
      const RoleId = `AROA${it.hash(16).toUpperCase()}`;
      return { ref: role, attributes: { Arn: arn, RoleId } };
    },
  ],
  ['AWS::IAM::Policy', (it) => ({ ref: it.name('PolicyName'), attributes: { Id: it.hash(20) } })],
  ['AWS::IAM::RolePolicy', name('PolicyName')],
  [
    'AWS::IAM::ManagedPolicy',
    (it) => {
      const { partition, account } = it.place;
      const path = `${it.text('Path') ?? '/'}${it.name('ManagedPolicyName')}`;
      const ref = `arn:${partition}:iam::${account}:policy${path}`;
      return { ref, attributes: { PolicyArn: ref, PolicyId: `ANPA${it.hash(16).toUpperCase()}` } };
    },
  ],
  ['AWS::SQS::QueuePolicy', (it) => ({ ref: it.name('Id'), attributes: { Id: it.name('Id') } })],
  ['AWS::S3::BucketPolicy', (it) => ({ ref: it.text('Bucket') ?? '', attributes: {} })],
  [
    'AWS::Events::EventBus',
    (it) => {
      const bus = it.name('Name', 256);
      return { ref: bus, attributes: { Arn: it.arn('events', `event-bus/${bus}`), Name: bus } };
    },
  ],
  ['AWS::Events::EventBusPolicy', name('StatementId')],
  [
    'AWS::Events::Rule',
    (it) => {
      const rule = it.name('Name');
      const bus = it.text('EventBusName')?.split('/').at(-1) ?? 'default';
      const path = bus === 'default' ? rule : `${bus}/${rule}`;
      const ref = bus === 'default' ? rule : `${bus}|${rule}`;
      return { ref, attributes: { Arn: it.arn('events', `rule/${path}`) } };
    },
  ],
  [
    'AWS::Scheduler::Schedule',
    (it) => {
      const schedule = it.name('Name');
      const group = it.text('GroupName') ?? 'default';
      const arn = it.arn('scheduler', `schedule/${group}/${schedule}`);
      return { ref: schedule, attributes: { Arn: arn } };
    },
  ],
  [
    'AWS::Scheduler::ScheduleGroup',
    (it) => {
      const group = it.name('Name');
      const Arn = it.arn('scheduler', `schedule-group/${group}`);
      const dates = { CreationDate: '', LastModificationDate: '' };
      return { ref: group, attributes: { Arn, State: 'ACTIVE', ...dates } };
    },
  ],
  [
    'AWS::RDS::DBCluster',
    (it) => {
      const cluster = it.name('DBClusterIdentifier', 63).toLowerCase();
      const host = `${it.hash(12)}.${it.place.region}.rds.amazonaws.com`;
      return {
        ref: cluster,
        attributes: {
          DBClusterArn: it.arn('rds', `cluster:${cluster}`),
          DBClusterResourceId: `cluster-${it.hash(26).toUpperCase()}`,
          'Endpoint.Address': `${cluster}.cluster-${host}`,
          'Endpoint.Port': it.text('Port') ?? '5432',
          'ReadEndpoint.Address': `${cluster}.cluster-ro-${host}`,
          'MasterUserSecret.SecretArn': it.arn(
            'secretsmanager',
            `secret:rds!cluster-${uuid(it.hash(32))}-${it.hash(6)}`,
          ),
        },
      };
    },
  ],
  [
    'AWS::SecretsManager::Secret',
    (it) => {
      const ref = it.arn('secretsmanager', `secret:${it.name('Name', 512)}-${it.hash(6)}`);
      return { ref, attributes: { Id: ref } };
    },
  ],
  [
    'AWS::SecretsManager::SecretTargetAttachment',
    (it) => {
      const ref = it.text('SecretId') ?? '';
      return { ref, attributes: { Id: ref } };
    },
  ],
  [
    'AWS::KMS::Key',
    (it) => {
      const key = uuid(it.hash(32));
      return { ref: key, attributes: { Arn: it.arn('kms', `key/${key}`), KeyId: key } };
    },
  ],
  ['AWS::KMS::Alias', name('AliasName', 256)],
  [
    'AWS::SNS::Topic',
    (it) => {
      const topic = it.name('TopicName', 256);
      const ref = it.arn('sns', topic);
      return { ref, attributes: { TopicArn: ref, TopicName: topic } };
    },
  ],
  [
    'AWS::Logs::LogGroup',
    (it) => {
      const group = it.name('LogGroupName', 512);
      return { ref: group, attributes: { Arn: it.arn('logs', `log-group:${group}:*`) } };
    },
  ],
]);

/** A function's name, of its name or ARN. */
function functionOf(nameOrArn = ''): string {
  const parts = nameOrArn.split(':');
  return parts.length > 1 ? (parts[6] ?? nameOrArn) : nameOrArn;
}

function uuid(hash: string): string {
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The functions of an app: their settings, environments, event sources and the migration. */
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { beforeAll, describe, expect, it } from 'vitest';
import { envNames } from '../../../lib/config/setting-sources.ts';
import {
  findResource,
  listActions,
  listResources,
  listStatements,
  type TemplateResource,
} from '../template.ts';
import { constructName, createStack, functionsOf, workers } from './compute-stack.ts';

const functions = ['Api', 'Archiver', 'Leader', 'Migrate', ...workers];

describe('Compute', () => {
  let stack: Stack;
  let template: Template;
  /** Functions by the name of their construct. */
  let found: Record<string, TemplateResource>;

  beforeAll(() => {
    stack = createStack(() => ({ reserveConcurrency: true }));
    template = Template.fromStack(stack);
    found = functionsOf(template);
  });

  it('the functions are a worker for each queue, leader, archiver, API and migration', () => {
    expect(Object.keys(found).toSorted()).toEqual(functions);
  });

  it('every function runs on the pinned Node, with traces, JSON logs and a log group', () => {
    for (const { Properties } of Object.values(found)) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringMatching(/Logs/) } },
      });
    }
  });

  it('logs of functions are kept for 30 days and outlive their stack', () => {
    const logGroups = listResources(template, 'AWS::Logs::LogGroup').filter(([id]) =>
      id.includes('Compute'),
    );

    expect(logGroups).toHaveLength(functions.length);
    const kept = 'RetainExceptOnCreate';
    for (const [, { Properties, DeletionPolicy }] of logGroups) {
      expect([Properties.RetentionInDays, DeletionPolicy]).toEqual([30, kept]);
    }
  });

  it('only functions that send messages to themselves may be invoked recursively', () => {
    const recursive = Object.entries(found).filter(
      ([, { Properties }]) => Properties.RecursiveLoop === 'Allow',
    );

    expect(recursive.map(([name]) => name).toSorted()).toEqual(['Leader', ...workers]);
  });

  it('functions reserve the concurrency of their event sources', () => {
    const reserved = Object.entries(found).map(([name, { Properties }]) => [
      name,
      Properties.ReservedConcurrentExecutions,
    ]);

    expect(Object.fromEntries(reserved)).toEqual({
      Api: 10,
      Archiver: 6,
      Leader: 10,
      Workercritical: 30,
      Workerdefault: 15,
      Workerlow: 5,
    });
  });

  describe('the environments', () => {
    const common = [
      'DATABASE_CLUSTER_ARN',
      'DATABASE_NAME',
      'DATABASE_SECRET_ARN',
      'EVENT_BUS_NAME',
      'EXECUTION_EVENTS',
      'LOG_LEVEL',
      'MILLRACE_BUCKET',
      'NODE_OPTIONS',
      'OBJECTS_DRIVER',
      'POWERTOOLS_METRICS_NAMESPACE',
      'POWERTOOLS_SERVICE_NAME',
      'QUEUE_DRIVER',
      'SQS_QUEUE_URLS',
      'STORE_DRIVER',
    ];

    it.each([
      ['Api', ['LEADER_QUEUE_URL', 'SWEEP_SCHEDULE']],
      ['Archiver', []],
      ['Leader', ['LEADER_QUEUE_URL', 'SWEEP_SCHEDULE']],
      ['Migrate', ['APPLICATION_SECRET_ARN', 'READER_SECRET_ARN']],
      ['Workerlow', ['WORKER_QUEUE']],
    ])('the environment of %s has the common variables and %j', (name, own) => {
      expect(Object.keys(variables(name)).toSorted()).toEqual([...common, ...own].toSorted());
    });

    it('a function reads every variable of its environment', () => {
      const read = new Set<string>(Object.values(envNames));
      const platform = /^(?:POWERTOOLS_|NODE_OPTIONS$)/;

      for (const name of functions) {
        const unread = Object.keys(variables(name)).filter((each) => !read.has(each));
        expect(unread.filter((each) => !platform.test(each))).toEqual([]);
      }
    });

    it('the environment selects the drivers of AWS', () => {
      expect(variables('Workercritical')).toMatchObject({
        STORE_DRIVER: 'rds-data',
        QUEUE_DRIVER: 'sqs',
        OBJECTS_DRIVER: 's3',
        DATABASE_NAME: 'millrace',
        EXECUTION_EVENTS: 'none',
        LOG_LEVEL: 'info',
        WORKER_QUEUE: 'critical',
        POWERTOOLS_SERVICE_NAME: 'worker',
      });
    });

    it('the environment has the URL of every queue and of its dead-letter queue', () => {
      const [, parts]: [string, unknown[]] = variables('Archiver').SQS_QUEUE_URLS['Fn::Join'];
      const urls = JSON.parse(
        parts
          .map((part) => (typeof part === 'string' ? part : (part as { Ref: string }).Ref))
          .join(''),
      );

      expect(Object.keys(urls)).toEqual(['critical', 'default', 'low']);
      expect(urls.low).toEqual({
        queue: expect.stringMatching(/Queuelow[\dA-F]{8}$/),
        dead: expect.stringMatching(/Queuelowdead[\dA-F]{8}$/),
      });
    });

    function variables(name: string) {
      return found[name]?.Properties.Environment.Variables;
    }
  });

  describe('the event sources', () => {
    const sources = () =>
      listResources(template, 'AWS::Lambda::EventSourceMapping').map(([, mapping]) => ({
        source: mapping.Properties.EventSourceArn['Fn::GetAtt'][0].slice(0, -8),
        target: constructName(mapping.Properties.FunctionName.Ref),
        ...mapping.Properties,
      }));

    it('every queue invokes its own function', () => {
      const targets = sources().map(({ source, target }) => [source, target]);

      expect(Object.fromEntries(targets)).toEqual({
        MillraceQueuesLeader: 'Leader',
        MillraceQueuesQueuecritical: 'Workercritical',
        MillraceQueuesQueuecriticaldead: 'Archiver',
        MillraceQueuesQueuedefault: 'Workerdefault',
        MillraceQueuesQueuedefaultdead: 'Archiver',
        MillraceQueuesQueuelow: 'Workerlow',
        MillraceQueuesQueuelowdead: 'Archiver',
      });
      expect(targets).toHaveLength(7);
    });

    it('every event source reports failures message by message', () => {
      for (const { FunctionResponseTypes } of sources()) {
        expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      }
    });

    it('the maximum concurrency of event sources follows the weights of queues', () => {
      const limits = sources().map(({ source, ScalingConfig }) => [
        source.slice('MillraceQueues'.length),
        ScalingConfig.MaximumConcurrency,
      ]);

      expect(Object.fromEntries(limits)).toEqual({
        Leader: 5,
        Queuecritical: 30,
        Queuecriticaldead: 2,
        Queuedefault: 15,
        Queuedefaultdead: 2,
        Queuelow: 5,
        Queuelowdead: 2,
      });
    });

    it('the leader gets one message at a time and other functions get batches', () => {
      const batches = sources().map((each) => [
        each.source.slice('MillraceQueues'.length),
        [each.BatchSize, each.MaximumBatchingWindowInSeconds],
      ]);

      expect(Object.fromEntries(batches)).toMatchObject({
        Leader: [1, 0],
        Queuecritical: [10, 0],
        Queuedefault: [100, 1],
        Queuelow: [100, 5],
        Queuelowdead: [100, 5],
      });
    });
  });

  describe('the migration', () => {
    it('the schema depends on the function, its role and the database', () => {
      const { DependsOn, DeletionPolicy, Properties } = findResource(
        template,
        'Custom::MillraceSchema',
      );

      expect(DependsOn).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/ComputeMigrateFunction/),
          expect.stringMatching(/ComputeMigrateRoleDefaultPolicy/),
          expect.stringMatching(/^Cluster[\dA-F]{8}$/),
          expect.stringMatching(/DataDatabaseClusterWriter/),
        ]),
      );
      expect(DeletionPolicy).toBe('Delete');
      expect(Properties).toMatchObject({ bundle: 'digest', ServiceTimeout: '660' });
    });

    it('event sources depend on the schema', () => {
      const [[schemaId = ''] = []] = listResources(template, 'Custom::MillraceSchema');

      for (const [, { DependsOn }] of listResources(template, 'AWS::Lambda::EventSourceMapping')) {
        expect(DependsOn).toContain(schemaId);
      }
    });

    it('failed events of the leader and of the migration are kept after two retries', () => {
      const configs = listResources(template, 'AWS::Lambda::EventInvokeConfig').map(
        ([, { Properties }]) => Properties,
      );

      expect(configs.map(({ FunctionName }) => constructName(FunctionName.Ref)).toSorted()).toEqual(
        ['Leader', 'Migrate'],
      );
      for (const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } of configs) {
        expect([MaximumRetryAttempts, MaximumEventAgeInSeconds]).toEqual([2, 3_600]);
        expect(JSON.stringify(DestinationConfig)).toContain('ComputeFailures');
      }
    });
  });

  it('a call of AWS that no policy allows is a warning of the synthesis', () => {
    Annotations.fromStack(stack).hasWarning(
      '/Test/Millrace/Compute',
      Match.stringLikeRegexp('the machine order calls dynamodb:PutItem, which workers are not'),
    );
  });
});

describe('Compute with other props', () => {
  const table = 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders';
  let stack: Stack;
  let template: Template;

  beforeAll(() => {
    stack = createStack((scope) => ({
      api: false,
      executionEvents: 'all',
      encryptionKey: new Key(scope, 'Key'),
      taskPolicies: [new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [table] })],
      functionProps: { memorySize: 2_048 },
    }));
    template = Template.fromStack(stack);
  });

  it('an app without an API has neither its function nor a URL', () => {
    template.resourceCountIs('AWS::Lambda::Url', 0);
    expect(Object.keys(functionsOf(template))).not.toContain('Api');
  });

  it('functions without a reservation share the quota of the account', () => {
    for (const { Properties } of Object.values(functionsOf(template))) {
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    }
  });

  it('the functions that end executions may publish events when the ends of executions are published', () => {
    const publishing = functions.filter((name) =>
      listActions(listStatements(template, `Compute${name}Role`)).includes('events:PutEvents'),
    );

    expect(publishing).toEqual(expect.arrayContaining(['Leader', 'Archiver', 'Workercritical']));
    expect(publishing).not.toContain('Migrate');
  });

  it('task policies apply to workers only', () => {
    const allowed = functions.filter((name) =>
      listActions(listStatements(template, `Compute${name}Tasks`)).includes('dynamodb:PutItem'),
    );

    expect(allowed).toEqual(workers);
    Annotations.fromStack(stack).hasNoWarning('/Test/Millrace/Compute', Match.anyValue());
  });

  it('an encryption key may be used by every function that uses queues and data', () => {
    for (const name of ['Archiver', 'Leader', 'Migrate', ...workers]) {
      expect(listActions(listStatements(template, `Compute${name}Role`))).toEqual(
        expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']),
      );
    }
  });

  it('an encryption key encrypts the log of every function', () => {
    for (const [, { Properties }] of listResources(template, 'AWS::Logs::LogGroup')) {
      expect(JSON.stringify(Properties.KmsKeyId)).toContain('Key');
    }
  });

  it('the policy of an encryption key lets each service use it that acts on its own account', () => {
    const { KeyPolicy } = findResource(template, 'AWS::KMS::Key').Properties;
    const statements: { Principal: { Service?: unknown }; Condition?: unknown }[] =
      KeyPolicy.Statement;
    const services = statements.filter(({ Principal }) => Principal.Service !== undefined);

    expect(services.map(({ Principal }) => JSON.stringify(Principal.Service))).toEqual([
      '"cloudwatch.amazonaws.com"',
      '"events.amazonaws.com"',
      expect.stringContaining('logs.'),
    ]);
    for (const { Condition } of services) expect(Condition).toBeDefined();
  });

  it('overrides of functions apply to every function', () => {
    for (const { Properties } of Object.values(functionsOf(template))) {
      expect(Properties.MemorySize).toBe(2_048);
    }
  });
});

/** The settings of a process. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { resolveSettings, settingsDefaults } from '../../lib/config/settings.ts';
import { defaultScope } from '../../lib/engine/arn/aws-scope.ts';

const folders = { config: '/app', current: '/here' };

function settings(
  config: Parameters<typeof resolveSettings>[0] = {},
  env: Parameters<typeof resolveSettings>[1] = {},
  flags: Parameters<typeof resolveSettings>[1] = {},
) {
  return resolveSettings(config, { ...env, ...flags }, folders);
}

describe('resolveSettings', () => {
  it('settings have the documented defaults', () => {
    expect(settings()).toEqual({
      store: { driver: 'pglite', folder: resolve('/here', '.millrace') },
      scope: { region: null, account: null, fallback: defaultScope, readsOnly: false },
      broker: { driver: 'memory' },
      objects: { driver: 'files', folder: '/app' },
      inbox: null,
      eventBus: null,
      leaderSchedule: null,
      executionEvents: 'all',
      queues: { critical: 6, default: 3, low: 1 },
      served: { critical: 6, default: 3, low: 1 },
      strictPriority: false,
      ledMachine: null,
      concurrency: 200,
      leaseMs: 30_000,
      graceMs: 10_000,
      startWaitMs: 60_000,
      deployGraceMs: 600_000,
      retentionMs: 30 * 86_400_000,
      executionNameMs: 90 * 86_400_000,
      measure: 'on',
      measureRetentionMs: 90 * 86_400_000,
      auditRetentionMs: 400 * 86_400_000,
      alerts: {
        queueAgeMinutes: 15,
        failureRate: 0.1,
        batchPaused: true,
        workerLost: true,
        archiveGrowth: 100,
        deadLetters: 10,
        clockSkew: 5,
        scheduleLateMinutes: 15,
        scheduleMissed: true,
        schemaBehind: true,
      },
      payloadBytesMax: 262_144,
      historyEventsMax: 1_000_000,
      historyBytesMax: 536_870_912,
      isInLambda: false,
      protectsStore: false,
      taskRoleArn: null,
      executionLog: null,
    });
    expect(settingsDefaults.data).toBe('.millrace');
  });

  it('an alert rule that is configured leaves the others as they are', () => {
    const config = { alerts: { queueAgeMinutes: 3, batchPaused: false }, auditRetentionDays: 2 };

    expect(settings(config)).toMatchObject({
      alerts: { queueAgeMinutes: 3, batchPaused: false, failureRate: 0.1 },
      auditRetentionMs: 2 * 86_400_000,
    });
  });

  it('flags override the environment, which overrides the configuration', () => {
    const config = { concurrency: 1, store: 'memory', postgresUrl: 'postgres://c/d' } as const;
    const env = { concurrency: 2, store: 'postgres', postgresUrl: 'postgres://e/d' };
    const flags = { concurrency: 3, store: 'pglite', data: './flag' };

    expect(settings(config)).toMatchObject({ concurrency: 1, store: { driver: 'memory' } });
    expect(settings(config, env)).toMatchObject({
      concurrency: 2,
      store: { driver: 'postgres', url: 'postgres://e/d' },
    });
    expect(settings(config, env, flags)).toMatchObject({
      concurrency: 3,
      store: { driver: 'pglite', folder: resolve('/here', './flag') },
    });
  });

  it('the pool, the pooler and the deadline of a PostgreSQL are settings', () => {
    const postgres = { poolSize: 3, pooler: true, statementSeconds: 2 };
    const config = { postgresUrl: 'postgres://c/d', postgres };

    const settled = { driver: 'postgres', url: 'postgres://c/d', pooler: true, statementMs: 2_000 };
    expect(settings(config).store).toEqual({ ...settled, poolSize: 3 });
    const env = { postgresPoolSize: 7, postgresPooler: false };
    expect(settings(config, env).store).toEqual({ ...settled, poolSize: 7, pooler: false });
    const replica = { postgresReaderUrl: 'postgres://replica/d' };
    expect(settings(config, replica).store).toMatchObject({ readerUrl: 'postgres://replica/d' });
    expect(() => settings(config, { postgresReaderUrl: 'mysql://u:secret@h/d' })).toThrowError(
      'found mysql:// (POSTGRES_READER_URL or postgres.readerUrl)',
    );
    expect(settings({ postgresUrl: 'postgres://c/d', leaseSeconds: 12 }).store).toMatchObject({
      statementMs: 4_000,
    });
  });

  it('a PostgreSQL URL selects postgres unless a store is named', () => {
    const env = { postgresUrl: 'postgres://e/d' };

    expect(settings({}, env).store).toEqual({ driver: 'postgres', url: 'postgres://e/d' });
    expect(settings({ store: 'pglite' }, env).store).toMatchObject({ driver: 'pglite' });
  });

  it('the environment of a stack sets the queue URLs, the object store and the event bus', () => {
    const urls = { default: { queue: 'https://sqs/1/a', dead: 'https://sqs/1/a-dead' } };
    const config = { sqs: { queuePrefix: 'local-' }, objects: { driver: 'files' } } as const;

    const found = settings(config, {
      broker: 'sqs',
      sqsQueueUrls: urls,
      objectsDriver: 's3',
      eventBus: 'app-bus',
      executionEvents: 'failures',
    });

    expect(found.broker).toEqual({ driver: 'sqs', queuePrefix: 'local-', urls });
    expect(found.objects).toEqual({ driver: 's3' });
    expect(found).toMatchObject({ eventBus: 'app-bus', executionEvents: 'failures' });
  });

  it('S3 options of the configuration apply when the environment selects S3', () => {
    const objects = { driver: 's3', region: 'eu-central-1' } as const;

    expect(settings({ objects }, { objectsDriver: 's3' }).objects).toEqual(objects);
  });

  it('--queues selects the queues that are served, with their weights', () => {
    expect(settings({}, {}, { servedQueues: ['low'] })).toMatchObject({ served: { low: 1 } });
    expect(() => settings({}, {}, { servedQueues: ['lows'] })).toThrow(
      "--queues must name queues of the configuration (critical, default, low); found 'lows'",
    );
  });

  it('buckets are in the folder of the configuration, in another one, or in S3', () => {
    const s3 = { driver: 's3', region: 'eu-central-1' } as const;
    const folder = { driver: 'files', folder: 'buckets' } as const;

    expect(settings().objects).toEqual({ driver: 'files', folder: '/app' });
    expect(settings({ objects: folder }).objects).toEqual({
      driver: 'files',
      folder: resolve('/app', 'buckets'),
    });
    expect(settings({ objects: s3 }).objects).toEqual(s3);
  });

  it('paths start at the file of the configuration, or at the current folder in overrides', () => {
    expect(settings({ data: 'db' }).store).toMatchObject({ folder: resolve('/app', 'db') });
    expect(settings({ data: 'db' }, { data: 'env' }).store).toMatchObject({
      folder: resolve('/here', 'env'),
    });
  });

  it('an execution keeps its name for as long as it is kept, and for longer when that is set', () => {
    const daysOf = (config: Partial<MillraceConfig>) =>
      settings(config).executionNameMs / 86_400_000;

    expect(daysOf({ retentionDays: 365 })).toBe(365);
    expect(daysOf({ executionNameDays: 45 })).toBe(45);
    expect(daysOf({ retentionDays: 7, executionNameDays: 7 })).toBe(7);
  });

  it('seconds and days of the configuration become milliseconds', () => {
    const { leaseMs, graceMs, retentionMs } = settings({
      leaseSeconds: 5,
      graceSeconds: 0,
      retentionDays: 0.5,
    });

    expect([leaseMs, graceMs, retentionMs]).toEqual([5_000, 0, 43_200_000]);
  });

  it('the store postgres without a URL is refused with the three ways to set one', () => {
    expect(() => settings({ store: 'postgres' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringMatching(/POSTGRES_URL.*--postgres.*postgresUrl/),
      }),
    );
  });

  it('the Aurora cluster of the environment overrides that of the configuration', () => {
    const clusterArn = 'arn:aws:rds:eu-west-1:123456789012:cluster:orders';
    const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-Ab1';
    const rdsData = { clusterArn: `${clusterArn}-test`, secretArn, database: 'test' };
    const env = { store: 'rds-data', databaseClusterArn: clusterArn, databaseName: 'live' };

    const { store } = settings({ rdsData }, env);

    expect(store).toEqual({ driver: 'rds-data', clusterArn, secretArn, database: 'live' });
  });

  it('a function and a store that Tasks could reach are recognized', () => {
    const rdsData = {
      clusterArn: 'arn:aws:rds:eu-west-1:123456789012:cluster:orders',
      secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-Ab1',
    };

    expect(settings({ store: 'rds-data', rdsData }, { lambdaFunction: 'worker' })).toMatchObject({
      isInLambda: true,
      protectsStore: true,
    });
    expect(settings({ store: 'memory' })).toMatchObject({
      isInLambda: false,
      protectsStore: false,
      taskRoleArn: null,
    });
  });

  it('an Aurora cluster without valid ARNs is refused', () => {
    const store = 'rds-data' as const;
    expect(() => settings({ store })).toThrow(
      /needs the ARN of an Aurora cluster .*; found none: set DATABASE_CLUSTER_ARN/,
    );
    const rdsData = {
      clusterArn: 'arn:aws:rds:eu-west-1:123456789012:cluster:orders',
      secretArn: 'orders',
    };
    expect(() => settings({ store, rdsData })).toThrow(
      /needs the ARN of a secret .*; found a text of 6 characters: set DATABASE_SECRET_ARN/,
    );
  });

  it('an unknown driver is refused with its setting, its value and the known drivers', () => {
    expect(() => settings({}, { store: 'mysql' })).toThrow(
      /pglite, postgres, rds-data, memory; found 'mysql' \(STORE_DRIVER/,
    );
    expect(() => settings({}, { broker: 'kafka' })).toThrow(/'kafka' \(--broker, QUEUE_DRIVER/);
  });
});

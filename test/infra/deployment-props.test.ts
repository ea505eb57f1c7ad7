/** The `deployment` of a configuration as props of the stacks. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import type { AppDescription } from '../../lib/config/app-description.ts';
import type { DeploymentConfig, HostedDashboard } from '../../lib/config/deployment-config.ts';
import { deploymentProps } from '../../lib/infra/deployment-props.ts';

function describeDeployment(deployment?: DeploymentConfig): AppDescription {
  return {
    configFile: '/app/millrace.config.ts',
    queues: { default: 1 },
    machines: [],
    batches: [],
    ...(deployment !== undefined && { deployment }),
  };
}

const dashboard: HostedDashboard = {
  login: {
    issuer: 'https://login.example.com',
    clientId: 'millrace',
    clientSecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:login-AbCdEf',
    roles: { admins: 'owner' },
  },
};

describe('deploymentProps', () => {
  it('a configuration without a deployment sets no props but the app', () => {
    const app = describeDeployment();

    expect(deploymentProps(app)).toEqual({ app });
  });

  it('every key of a deployment becomes a prop of the stacks', () => {
    const props = deploymentProps(
      describeDeployment({
        name: 'shop',
        capacity: { min: 0.5, max: 16, pauseAfterSeconds: 600 },
        engineVersion: '16.4',
        queues: { default: { batchSize: 20, windowSeconds: 2, memoryMb: 512, timeoutSeconds: 60 } },
        workerConcurrency: 20,
        reserveConcurrency: false,
        api: false,
        dashboard,
        executionEvents: 'failures',
        taskPolicies: [
          {
            actions: ['s3:GetObject'],
            resources: ['arn:aws:s3:::reports/*'],
            reason: 'new reports',
          },
        ],
        alarms: { emails: ['ops@example.com'] },
        encryptionKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1',
        database: {
          clusterArn: 'arn:aws:rds:us-east-1:000000000000:cluster:restored',
          secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:restored-AbCdEf',
        },
        logRetentionDays: 7,
        retain: false,
        deletionProtection: false,
        tags: { team: 'orders' },
      }),
    );

    expect(props).toMatchObject({
      name: 'shop',
      minCapacity: 0.5,
      maxCapacity: 16,
      queueOptions: { default: { batchSize: 20, memorySize: 512 } },
      workerConcurrency: 20,
      reserveConcurrency: false,
      api: false,
      dashboard,
      executionEvents: 'failures',
      existing: {
        alarms: { emails: ['ops@example.com'] },
        encryptionKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1',
        database: { clusterArn: 'arn:aws:rds:us-east-1:000000000000:cluster:restored' },
      },
      taskWildcards: { 'arn:aws:s3:::reports/*': 'new reports' },
      logRetention: 7,
      removalPolicy: RemovalPolicy.DESTROY,
      deletionProtection: false,
      tags: { team: 'orders' },
    });
    expect(props.autoPause).toEqual(Duration.seconds(600));
    expect(props.queueOptions?.default?.window).toEqual(Duration.seconds(2));
    expect(props.queueOptions?.default?.timeout).toEqual(Duration.seconds(60));
    expect(props.engineVersion?.auroraPostgresFullVersion).toBe('16.4');
    expect(props.taskPolicies?.map((policy) => policy.toStatementJson())).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*' },
    ]);
  });

  it('a log retention that CloudWatch does not support is refused', () => {
    expect(() => deploymentProps(describeDeployment({ logRetentionDays: 31 }))).toThrow(
      /^deployment\.logRetentionDays: CloudWatch keeps logs for one of 1, 3, 5, .* days, found 31$/,
    );
  });
});

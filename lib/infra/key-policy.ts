/** What the key's policy has to allow besides the policies of roles. */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';

/**
 * Lets the services that act on their own account use the app's key: CloudWatch publishes alarms to
 * an encrypted topic, EventBridge keeps what it could not deliver in an encrypted queue, and
 * CloudWatch Logs encrypts logs. Roles get their permissions by their own policies. The policy of a
 * key that is only named by its ARN cannot be changed here: its owner adds the same statements.
 */
export function allowServicesToUse(key: IKey, scope: IConstruct): void {
  const { account, region, partition } = Stack.of(scope);
  for (const service of ['cloudwatch', 'events']) {
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
  }
  const logGroups = `arn:${partition}:logs:${region}:${account}:log-group:*`;
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey*',
        'kms:ReEncrypt*',
      ],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    }),
  );
}

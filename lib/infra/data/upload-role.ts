import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISource } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { useKey } from '../compute/policies.ts';

/** What the CDK's function uploads, and where it may put it. */
export interface UploadRoleProps {
  /** What it uploads, for the description. */
  readonly what: string;
  readonly logGroup: LogGroup;
  readonly bucket: IBucket;
  /** Beginning of the keys. @default all keys */
  readonly prefix?: string;
}

/**
 * Creates the role of the CDK's function that uploads files into a bucket. The CDK would let it
 * write and delete every object of the bucket, and attach a managed policy that allows writing any
 * log: give the function `role.withoutPolicyUpdates()`.
 */
export function createUploadRole(scope: Construct, props: UploadRoleProps): Role {
  const { bucket, logGroup, prefix } = props;
  const role = new Role(scope, 'Role', {
    description: `Millrace: uploads ${props.what}`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  const keys = prefix === undefined ? '*' : `${prefix}/*`;
  const statements = [
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
    new PolicyStatement({
      actions: ['s3:AbortMultipartUpload', 's3:PutObject'],
      resources: [bucket.arnForObjects(keys)],
    }),
    // It compares what is there with what it has.
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      ...(prefix !== undefined && { conditions: { StringLike: { 's3:prefix': [keys] } } }),
    }),
    ...(bucket.encryptionKey === undefined ? [] : [useKey(bucket.encryptionKey)]),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  return role;
}

/** Returns `source`, whose asset `role` may read. */
export function readableBy(role: Role, source: ISource): ISource {
  return {
    bind: (scope, context) =>
      source.bind(scope, context === undefined ? context : { ...context, handlerRole: role }),
  };
}

/** The upload of source files into the bucket. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BatchDescription } from '../../../lib/config/app-description.ts';
import { SourceUpload } from '../../../lib/infra/data/source-upload.ts';
import { findResource, listActions, listStatements } from '../template.ts';

function createUpload(sourceFile: string | null): Stack {
  const stack = new Stack(new App(), 'Test');
  const batch: BatchDescription = {
    name: 'nightly',
    machine: 'order',
    sourceFile,
    sourceKey: sourceFile === null ? null : 'sources/nightly/orders.csv',
  };
  new SourceUpload(stack, 'Sources', {
    bucket: Bucket.fromBucketName(stack, 'Bucket', 'orders'),
    batches: [batch],
    logRetention: RetentionDays.ONE_WEEK,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return stack;
}

function writeSource(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-upload-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'orders.csv');
  writeFileSync(file, 'id\n1\n');
  return file;
}

describe('SourceUpload', () => {
  it('a source file is uploaded without deleting other objects of the bucket', () => {
    const template = Template.fromStack(createUpload(writeSource()));

    const { Properties } = findResource(template, 'Custom::CDKBucketDeployment');
    expect(Properties).toMatchObject({ Prune: false, RetainOnDelete: true });
    expect(Properties.DestinationBucketName).toBe('orders');
  });

  it('files that are too large for an upload are refused before the deploy, with what to do', () => {
    const file = writeSource();
    // A hole in the file needs no room on the disk.
    truncateSync(file, 100 * 1_048_576 + 1);

    expect(() => createUpload(file)).toThrow(
      /^batches\.nightly\.source: .* of 100 MB together, found 101 MB; .*aws s3 cp orders\.csv s3:/,
    );
  });

  it('the role of the upload has no managed policy, and its logs have the retention', () => {
    const template = Template.fromStack(createUpload(writeSource()));

    const role = findResource(template, 'AWS::IAM::Role', 'SourcesRole');
    expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    expect(listActions(listStatements(template)).every((each) => each.startsWith('s3:'))).toBe(
      true,
    );
    const logs = findResource(template, 'AWS::Logs::LogGroup');
    expect(logs.Properties.RetentionInDays).toBe(7);
    expect(logs.DeletionPolicy).toBe('Delete');
  });

  it('the role of the upload writes and lists the prefix of sources alone, and deletes nothing', () => {
    const template = Template.fromStack(createUpload(writeSource()));

    const { Properties } = findResource(template, 'Custom::CDKBucketDeployment');
    expect(Properties.DestinationBucketKeyPrefix).toBe('sources');
    const statements = listStatements(template);
    const writing = statements.filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
    expect(writing).toHaveLength(1);
    expect(JSON.stringify(writing[0]?.Resource)).toContain(':s3:::orders/sources/*');
    expect(listActions(statements).filter((action) => action.includes('Delete'))).toEqual([]);
    const listing = statements.filter(({ Condition }) => Condition !== undefined);
    expect(listing).toMatchObject([{ Condition: { StringLike: { 's3:prefix': ['sources/*'] } } }]);
  });

  it('an app without source files has no upload', () => {
    const { node } = createUpload(null);

    expect(node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
  });

  it('a missing source file is refused with its batch and what to do', () => {
    expect(() => createUpload('/nowhere/orders.csv')).toThrow(
      expect.objectContaining({
        code: 'FILE_NOT_READABLE',
        message:
          'batches.nightly.source: a deploy uploads /nowhere/orders.csv, which does not exist: ' +
          'correct the path, or name an object (s3://bucket/key)',
        fields: { batch: 'nightly', path: '/nowhere/orders.csv' },
      }),
    );
  });
});

/** The leader may write the files of results, and nothing else. */
import { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { writeResults } from '../../../lib/infra/compute/write-results.ts';

const batch = { name: 'b', machine: 'm', sourceFile: null, sourceKey: null };

describe('the grants for files of results', () => {
  it('the leader may write exactly the objects that the outputs can name, in any bucket', () => {
    const stack = new Stack();
    const own = Bucket.fromBucketName(stack, 'Own', 'app-bucket');

    const [statement] = writeResults(stack, own, [
      { ...batch, resultOutput: './results/{date}/{id}.csv' },
      { ...batch, resultOutput: 's3://reports/nightly/{date}.jsonl' },
      { ...batch, resultOutput: 's3://reports/last.csv' },
      batch,
    ]);

    expect(statement?.actions).toEqual(['s3:PutObject', 's3:AbortMultipartUpload']);
    const resources = statement?.resources.map((arn) => stack.resolve(arn)) ?? [];
    expect(resources.map((arn) => JSON.stringify(arn).match(/:s3:::([^"]+)/)?.[1])).toEqual([
      'app-bucket/results/*',
      'reports/nightly/*',
      'reports/last.csv',
    ]);
  });

  it('an app without files of results grants nothing', () => {
    const stack = new Stack();
    const own = Bucket.fromBucketName(stack, 'Own', 'app-bucket');

    expect(writeResults(stack, own, [batch])).toEqual([]);
  });
});

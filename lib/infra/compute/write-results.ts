import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import type { BatchDescription } from '../../config/app-description.ts';

/** How a path begins that names its bucket. */
const scheme = 's3://';

/**
 * Allows writing the files of results that the batches of an app name: in its own bucket, or in the
 * bucket of an `s3://` path, from the beginning of the path to its first placeholder on.
 */
export function writeResults(
  scope: IConstruct,
  own: IBucket,
  batches: readonly BatchDescription[],
): PolicyStatement[] {
  const outputs = [...new Set(batches.flatMap(({ resultOutput }) => resultOutput ?? []))];
  if (outputs.length === 0) return [];
  const resources = outputs.map((output) => {
    const [fixed = ''] = output.split('{');
    const isWhole = fixed === output;
    const end = isWhole ? '' : '*';
    if (!output.startsWith(scheme))
      return own.arnForObjects(`${fixed.replace(/^(\.?\/)+/, '')}${end}`);
    const resource = `${fixed.slice(scheme.length)}${end}`;
    return Stack.of(scope).formatArn({
      service: 's3',
      region: '',
      account: '',
      resource,
    });
  });
  return [new PolicyStatement({ actions: ['s3:PutObject', 's3:AbortMultipartUpload'], resources })];
}

/** The beginning of the files of batches, in place of the files. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { putObject } from '../aws-proxy/proxy-client.ts';
import { bucketDeploymentType } from '../deployment/bucket-deployment.ts';
import { type ScenarioContext, stepFailure } from './scenario-context.ts';

/**
 * Replaces the files of batches in the app's bucket by their first lines, so that a rehearsal takes
 * minutes whatever their size. A JSON array and a compressed file are left as they are.
 */
export async function shortenSources(context: ScenarioContext, rows: number): Promise<void> {
  for (const name of context.batches) {
    const { sourceFile, sourceKey } = context.batch(name);
    const source = context.app.config.batches?.[name]?.source;
    const bucket = findSourceBucket(context);
    if (sourceFile === null || sourceKey === null || bucket === null) continue;
    if (source?.kind === 'json' || /\.(gz|zst|br)$/.test(sourceFile)) continue;
    const lines = await readLines(sourceFile, rows + 1);
    if (lines === null) continue;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const answer = await putObject(context.deployment.operator, bucket, sourceKey, bytes);
    if (answer.error !== null) throw stepFailure(`the bucket refused ${sourceKey}`);
    context.useExcerpt(name, bytes);
  }
}

/** Finds the bucket that files of batches are uploaded to. */
function findSourceBucket({ deployment }: ScenarioContext): string | null {
  const { resolution } = deployment;
  const upload = resolution
    .ofType(bucketDeploymentType)
    .map((each) => resolution.propertiesOf(each))
    .find(({ DestinationBucketKeyPrefix }) => DestinationBucketKeyPrefix === 'sources');
  return upload === undefined ? null : String(upload.DestinationBucketName);
}

/** Reads the first lines of a file; null when it has no more. */
async function readLines(file: string, count: number): Promise<string[] | null> {
  const lines: string[] = [];
  const input = createReadStream(file);
  try {
    for await (const line of createInterface({ input })) {
      if (lines.length === count) return lines;
      lines.push(line);
    }
    return null;
  } finally {
    input.destroy();
  }
}

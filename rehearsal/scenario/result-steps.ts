/** Steps that read the files of results that batches write. */
import { getObject } from '../aws-proxy/proxy-client.ts';
import { type ScenarioContext, stepFailure, waitMsMax } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/** Checks that the newest batch of a name has written the result of each item to its bucket. */
export function resultsStep(name: string): ScenarioStep {
  return {
    name: `the results of '${name}' are written to its bucket when it has ended`,
    skipReason: (context) => {
      return context.batch(name).resultOutput === undefined ? 'it writes no results' : null;
    },
    run: async (context) => {
      const observer = await context.observer();
      const id = (await context.batchIds(name))[0] ?? '';
      const file = await context.waitUntil('the results are written', waitMsMax, async () => {
        const found = await observer.batches.resultFile(id);
        if (found?.status === 'FAILED') throw stepFailure(`not written: ${found.reason}`);
        return found?.status === 'WRITTEN' ? found : null;
      });
      const { total } = await observer.batches.report(id);
      const text = await read(context, file.output);
      const rows = text.split('\n').filter((line) => line !== '').length;
      if (file.format === 'jsonl' && rows !== total) {
        throw stepFailure(`${file.output} has ${rows} rows, and the batch ${total} executions`);
      }
      if (Buffer.byteLength(text) !== file.bytes) {
        throw stepFailure(
          `${file.output} has other than the ${file.bytes} bytes that were written`,
        );
      }
      return `${rows} rows, ${file.bytes} bytes`;
    },
  };
}

async function read({ deployment }: ScenarioContext, output: string): Promise<string> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(output) ?? [];
  const response = await getObject(deployment.operator, bucket, key);
  if (response.ok) return await response.text();
  throw stepFailure(`${output} cannot be read: ${response.status}`);
}

/** Whether machines write result files. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { writesResultFiles } from '../../lib/infra/writes-result-files.ts';

function describeMachine(definition: JsonObject) {
  return {
    configFile: '/app/millrace.config.ts',
    queues: { default: 1 },
    machines: [{ id: 'm', type: 'STANDARD' as const, definition, awsResources: [] }],
    batches: [],
  };
}

describe('writesResultFiles', () => {
  it('a machine with a ResultWriter in a branch writes result files', () => {
    const map = { Type: 'Map', ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } };
    const branches = [{ StartAt: 'Map', States: { Map: map } }];

    const app = describeMachine({
      StartAt: 'P',
      States: { P: { Type: 'Parallel', Branches: branches } },
    });

    expect(writesResultFiles(app)).toBe(true);
  });

  it('a machine that only names the ResultWriter in a text writes no result files', () => {
    expect(writesResultFiles(describeMachine({ Comment: 'ResultWriter', States: {} }))).toBe(false);
  });
});

/** What must hold of the synthesised topology, whoever changes it. */

import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesised, synthesisMs } from './infra-app.ts';

describe('The topology', () => {
  let template: Template;

  beforeAll(async () => {
    template = await synthesised();
  }, synthesisMs);

  it('reports failures message by message in every mapping of a queue', () => {
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));

    expect(mappings.length).toBeGreaterThan(0);
    for (const { Properties } of mappings) {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
  });
});

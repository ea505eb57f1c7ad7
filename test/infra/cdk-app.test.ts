/** The CDK app refuses findings of cdk-nag. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createApp } from '../../lib/infra/cdk-app.ts';

it('a finding of cdk-nag that is not acknowledged fails the synthesis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-nag-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const report = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => report.mockRestore());
  const app = createApp({ outdir: folder, failsOnFindings: true });
  new Queue(new Stack(app, 'Test'), 'Queue');

  expect(() => app.synth()).toThrow(/[Vv]alidation/);
});

/**
 * The CDK app: synthesises the stacks of the configuration `-c config=FILE`, MILLRACE_CONFIG, or
 * `millrace.config.ts` in the current folder; of the stage `-c stage=NAME` or MILLRACE_STAGE, if it
 * has several. It needs neither an AWS account nor a network.
 */

import { readEnv } from '../lib/config/env.ts';
import { describeApp } from '../lib/config/loading/describe-app.ts';
import { hasCode, messageOf } from '../lib/errors.ts';
import { createApp } from '../lib/infra/cdk-app.ts';
import { deploymentProps } from '../lib/infra/deployment-props.ts';
import { overrideRetention } from '../lib/infra/retention-override.ts';
import { createStacks } from '../lib/infra/stacks/millrace-stacks.ts';
import { buildPage } from '../lib/server/page/build-page.ts';

const env = readEnv();
const { cdkOutput: outdir } = env;
const app = createApp(outdir === undefined ? {} : { outdir });
const config: unknown = app.node.tryGetContext('config') ?? env.config;
const name: unknown = app.node.tryGetContext('name');
const stage: unknown = app.node.tryGetContext('stage') ?? env.stage;

try {
  const described = await describeApp(config === undefined ? undefined : String(config));
  const props = overrideRetention(
    deploymentProps(described, stage === undefined ? undefined : String(stage)),
    app.node.tryGetContext('retain'),
  );
  // A clone builds the page when it is first needed; a package contains it.
  if (props.dashboard !== undefined) await buildPage();
  createStacks(app, {
    ...props,
    ...(name !== undefined && { name: String(name) }),
  });
  app.synth();
} catch (error) {
  // Errors that the user can fix need no stack trace.
  if (!hasCode(error)) throw error;
  process.stderr.write(`millrace: ${messageOf(error)}\n`);
  process.exitCode = 1;
}

/** The command `millrace deploy`. */
import { Command } from 'commander';
import type { AppDescription } from '../../config/app-description.ts';
import { readEnv } from '../../config/env.ts';
import { describeApp } from '../../config/loading/describe-app.ts';
import { checkDeploy } from '../../doctor/account/check-deploy.ts';
import type { DeployPlan } from '../../doctor/account/deploy-plan.ts';
import type { Finding } from '../../operations/diagnosis/finding.ts';
import { withExamples } from '../examples.ts';
import { exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printNote } from '../io.ts';
import { findingText } from '../terminal/finding-text.ts';
import { cdkWords, runCdk } from './cdk-process.ts';

interface DeployOptions {
  readonly check?: boolean;
  readonly stage?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Returns what a deploy of the app needs; the CDK, which few commands need, is loaded by it. */
export type PlanDeploy = (app: AppDescription, stage: string | undefined) => Promise<DeployPlan>;

/** Creates the command, whose exit status tells whether a deploy would get through. */
export function createDeployCommand(io: Io, fail: Fail, planDeploy: PlanDeploy): Command {
  const command = new Command('deploy')
    .summary('check the account, and deploy the app with the CDK')
    .description(
      'check whether the account and the region can take the app (quotas, features, permissions, ' +
        'bootstrap), and deploy it with the CDK; nothing is deployed when something is missing (✗)',
    )
    .argument('[words...]', 'words for cdk deploy, after --: -- --require-approval never')
    .option('--check', 'only check: nothing is changed, and nothing costs money')
    .option('--stage <name>', 'the stage of deployment.stages')
    .option('--config <file>', 'configuration file (default: millrace.config.ts in this folder)')
    .option('--json', 'print the findings as one JSON document');
  withExamples(command, {
    'millrace deploy --check': 'what is missing, before anything costs money',
    'millrace deploy --stage prod': 'check the account of a stage, then deploy to it',
  });
  return command.action(async (words: string[], options: DeployOptions) => {
    const findings = await check(io, options, planDeploy);
    for (const each of findings) if (!options.json) io.stdout.write(findingText(each));
    const isBroken = findings.some(({ verdict }) => verdict === 'broken');
    if (options.json) printJson(io, { ready: !isBroken, findings });
    if (isBroken) {
      if (!options.json) printNote(io, 'nothing was deployed: fix what is marked with ✗ first');
      fail(exitStatus.workFailed);
      return;
    }
    if (options.check) return;
    const { folder } = io;
    const { config, stage } = options;
    const status = await runCdk(folder, cdkWords({ folder, config, stage, words }));
    if (status !== 0) fail(exitStatus.workFailed);
  });
}

async function check(
  io: Io,
  { config = readEnv().config, stage }: DeployOptions,
  planDeploy: PlanDeploy,
): Promise<Finding[]> {
  const app = await describeApp(config, io.folder);
  return await checkDeploy(() => planDeploy(app, stage));
}

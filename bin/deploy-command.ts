/** The command `millrace deploy`, with the plan that only the CDK's side of Millrace can make. */
import { createDeployCommand } from '../lib/cli/deploy/deploy-command.ts';
import type { Fail, Io } from '../lib/cli/io.ts';

/** Creates the command. The CDK is loaded when it is called. */
export function deployCommand(io: Io, fail: Fail) {
  return createDeployCommand(io, fail, async (app, stage) => {
    const { planDeploy } = await import('../lib/infra/plan-deploy.ts');
    return planDeploy(app, stage);
  });
}

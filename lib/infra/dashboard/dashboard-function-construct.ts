import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { HostedLogin } from '../../config/deployment-config.ts';
import { envNames } from '../../config/setting-sources.ts';
import { apiStatements } from '../compute/api-statements.ts';
import { FunctionConstruct } from '../compute/function-construct.ts';
import {
  appLayers,
  type FunctionContext,
  functionEnvironment,
  leaderEnvironment,
  roleForCallers,
} from '../compute/function-context.ts';
import { infraDefaults } from '../infra-defaults.ts';

/**
 * The function behind the distribution: it logs people in and serves them the API. IAM authorizes
 * calls of its URL, and lets the distribution alone make them.
 */
export class DashboardFunctionConstruct extends FunctionConstruct {
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, context: FunctionContext, login: HostedLogin) {
    const role = roleForCallers(Object.values(login.roles));
    super(scope, id, {
      description: 'Millrace: logs people in to the dashboard and serves them the API',
      bundle: context.bundler.bundle('dashboard'),
      ...infraDefaults.dashboard,
      environment: {
        ...functionEnvironment(context, 'dashboard', role),
        ...leaderEnvironment(context),
        [envNames.hostedLogin]: JSON.stringify(login),
      },
      statements: [
        ...apiStatements(scope, context, role),
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: [login.clientSecretArn],
        }),
      ],
      defaults: context.defaults,
      after: context.schema,
      layers: appLayers(context),
    });
    this.url = this.function.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }
}

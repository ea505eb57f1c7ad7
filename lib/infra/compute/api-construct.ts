import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ApiRole } from '../../config/deployment-config.ts';
import { envNames } from '../../config/setting-sources.ts';
import { infraDefaults } from '../infra-defaults.ts';
import { apiStatements } from './api-statements.ts';
import { FunctionConstruct } from './function-construct.ts';
import {
  appLayers,
  type FunctionContext,
  functionEnvironment,
  leaderEnvironment,
  roleForCallers,
} from './function-context.ts';

/**
 * The function of the HTTP API. IAM authorizes requests to its URL, so callers must sign them; the
 * access gives them roles by patterns of their ARNs, instead of making all of them owners.
 */
export class ApiConstruct extends FunctionConstruct {
  readonly url: FunctionUrl;

  constructor(
    scope: Construct,
    id: string,
    context: FunctionContext,
    access?: Readonly<Record<string, ApiRole>>,
  ) {
    const role = roleForCallers(Object.values(access ?? { everyone: 'owner' }));
    super(scope, id, {
      description: 'Millrace: serves the HTTP API',
      bundle: context.bundler.bundle('api'),
      ...infraDefaults.api,
      environment: {
        ...functionEnvironment(context, 'api', role),
        ...leaderEnvironment(context),
        ...(access !== undefined && { [envNames.apiAccess]: JSON.stringify(access) }),
      },
      statements: apiStatements(scope, context, role),
      defaults: context.defaults,
      after: context.schema,
      layers: appLayers(context),
      release: { canary: context.canary ?? false },
    });
    const authType = FunctionUrlAuthType.AWS_IAM;
    this.url = (this.release?.alias ?? this.function).addFunctionUrl({ authType });
  }

  /** Allows `grantee` to call the API by its URL, and in no other way. */
  grantCall(grantee: IGrantable): Grant {
    return this.target.grantInvokeUrl(grantee);
  }
}

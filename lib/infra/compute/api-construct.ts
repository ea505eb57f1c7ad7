import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { infraDefaults } from '../infra-defaults.ts';
import { apiStatements } from './api-statements.ts';
import { FunctionConstruct } from './function-construct.ts';
import {
  type FunctionContext,
  functionEnvironment,
  leaderEnvironment,
} from './function-context.ts';

/** The function of the HTTP API. IAM authorizes requests to its URL, so callers must sign them. */
export class ApiConstruct extends FunctionConstruct {
  readonly url: FunctionUrl;

  constructor(scope: Construct, id: string, context: FunctionContext) {
    super(scope, id, {
      description: 'Millrace: serves the HTTP API',
      bundle: context.bundler.bundle('api'),
      ...infraDefaults.api,
      environment: { ...functionEnvironment(context, 'api'), ...leaderEnvironment(context) },
      statements: apiStatements(scope, context),
      defaults: context.defaults,
      after: context.schema,
    });
    this.url = this.function.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }

  /** Allows `grantee` to call the API by its URL, and in no other way. */
  grantCall(grantee: IGrantable): Grant {
    return this.function.grantInvokeUrl(grantee);
  }
}

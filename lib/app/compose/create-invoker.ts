import type { Settings } from '../../config/settings.ts';
import { AwsInvoker } from '../../drivers/aws/aws-invoker.ts';
import { IntegrationRules } from '../../drivers/aws/integration-rules.ts';
import { HandlerInvoker } from '../../drivers/handlers/handler-invoker.ts';
import { ApiGatewayInvoker } from '../../drivers/http/api-gateway-invoker.ts';
import { CallTargets } from '../../drivers/http/call-targets.ts';
import { HttpInvoker } from '../../drivers/http/http-invoker.ts';
import { LimitedInvoker } from '../../drivers/router/limited-invoker.ts';
import { RoutedInvoker } from '../../drivers/router/routed-invoker.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import type { AppDefinition } from '../../operations/app-definition.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';
import { endHookHandlers } from './end-hook-tasks.ts';

/** The invokers of Tasks that Millrace itself carries out. */
export interface CallbackInvokers {
  /** Starts executions of the app's machines. */
  readonly nested: TaskInvoker;
  /** Waits for messages. */
  readonly messages: TaskInvoker;
  /** Waits for the workers of activities. */
  readonly activities: TaskInvoker;
}

/**
 * Returns the invoker of Task states. A handler of the app comes first, then the app's machines,
 * then the services that integrations name, as far as the configuration allows them. A service's
 * client is loaded by the first call to it. Throws INVALID_CONFIGURATION.
 */
export function createInvoker(
  { payloadBytesMax, isInLambda, protectsStore, taskRoleArn: roleArn }: Settings,
  app: AppDefinition,
  { nested, messages, activities }: CallbackInvokers,
): TaskInvoker {
  const rules = new IntegrationRules({ allowed: app.integrations, protectsStore });
  const limited = (invoker: TaskInvoker) => new LimitedInvoker(rules, invoker);
  const bytesMax = payloadBytesMax;
  const aws = limited(
    new AwsInvoker({ folder: app.folder, bytesMax, clock: systemClock, roleArn }),
  );
  const targets = new CallTargets({ ...app, isPublicOnly: isInLambda });
  const http = { connections: app.connections, targets, bytesMax };
  return new RoutedInvoker([
    { resources: /^/, invoker: new HandlerInvoker(app.handlers, app.logger) },
    { resources: /^task:/, invoker: new HandlerInvoker(endHookHandlers(app), app.logger) },
    { resources: /^arn:[^:]+:states:::states:startExecution\b/, invoker: nested },
    { resources: /^arn:aws:states:::millrace:receiveMessage$/, invoker: messages },
    { resources: /^arn:[^:]+:states:[^:]+:[^:]*:activity:/, invoker: activities },
    { resources: /^arn:[^:]+:lambda:/, invoker: aws },
    { resources: /^arn:[^:]+:states:::http:invoke\b/, invoker: limited(new HttpInvoker(http)) },
    {
      resources: /^arn:[^:]+:states:::apigateway:invoke\b/,
      invoker: limited(new ApiGatewayInvoker(http)),
    },
    { resources: /^arn:[^:]+:states:::/, invoker: aws },
  ]);
}

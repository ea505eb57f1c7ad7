import type { Settings } from '../../config/settings.ts';
import { AwsInvoker } from '../../drivers/aws/aws-invoker.ts';
import { HandlerInvoker } from '../../drivers/handlers/handler-invoker.ts';
import { ApiGatewayInvoker } from '../../drivers/http/api-gateway-invoker.ts';
import { HttpInvoker } from '../../drivers/http/http-invoker.ts';
import { RoutedInvoker } from '../../drivers/router/routed-invoker.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import type { AppDefinition } from '../../operations/app-definition.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';

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
 * then the services that integrations name. A service's client is loaded by the first call to it.
 * Throws INVALID_CONFIGURATION.
 */
export function createInvoker(
  { payloadBytesMax }: Settings,
  app: AppDefinition,
  { nested, messages, activities }: CallbackInvokers,
): TaskInvoker {
  const aws = new AwsInvoker({
    folder: app.folder,
    bytesMax: payloadBytesMax,
    clock: systemClock,
  });
  const http = { ...app, bytesMax: payloadBytesMax };
  return new RoutedInvoker([
    { resources: /^/, invoker: new HandlerInvoker(app.handlers, app.logger) },
    { resources: /^arn:[^:]+:states:::states:startExecution\b/, invoker: nested },
    { resources: /^arn:aws:states:::millrace:receiveMessage$/, invoker: messages },
    { resources: /^arn:[^:]+:states:[^:]+:[^:]*:activity:/, invoker: activities },
    { resources: /^arn:[^:]+:lambda:/, invoker: aws },
    { resources: /^arn:[^:]+:states:::http:invoke\b/, invoker: new HttpInvoker(http) },
    {
      resources: /^arn:[^:]+:states:::apigateway:invoke\b/,
      invoker: new ApiGatewayInvoker(http),
    },
    { resources: /^arn:[^:]+:states:::/, invoker: aws },
  ]);
}

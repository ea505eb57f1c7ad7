/**
 * Who does the work of Task states: handlers of the app first, then its machines, then the services
 * that integrations name. What a service needs is loaded when it is called first, not here.
 */

import type { Settings } from '../../config/settings.ts';
import { AwsInvoker } from '../../drivers/aws/aws-invoker.ts';
import { HandlerInvoker } from '../../drivers/handlers/handler-invoker.ts';
import { ApiGatewayInvoker } from '../../drivers/http/api-gateway-invoker.ts';
import { HttpInvoker } from '../../drivers/http/http-invoker.ts';
import { RoutedInvoker } from '../../drivers/router/routed-invoker.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import type { AppDefinition } from '../../operations/app-context.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';

/**
 * The invoker of an app with these settings. `nested` starts executions of its machines, `messages`
 * waits for messages, `activities` for workers. Throws INVALID_CONFIGURATION.
 */
export function createInvoker(
  { payloadBytesMax }: Settings,
  parts: AppDefinition,
  {
    nested,
    messages,
    activities,
  }: Readonly<Record<'nested' | 'messages' | 'activities', TaskInvoker>>,
): TaskInvoker {
  const aws = new AwsInvoker({
    folder: parts.folder,
    bytesMax: payloadBytesMax,
    clock: systemClock,
  });
  const http = { ...parts, bytesMax: payloadBytesMax };
  return new RoutedInvoker([
    { resources: /^/, invoker: new HandlerInvoker(parts.handlers, parts.logger) },
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

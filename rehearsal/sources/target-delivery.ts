/**
 * How a schedule or a rule reaches its target: the right to do so is asked of the policies, the
 * function takes the event in, and what cannot be delivered goes to the target's dead letters.
 */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { AccessRequest, Decision } from '../iam/evaluate.ts';
import type { FunctionError } from '../runtime/invocation.ts';

/** Who delivers what, and where to. */
export interface Delivery {
  /** The schedule or rule. */
  readonly resource: string;
  /** The target as the template has it. */
  readonly target: JsonObject;
  /** What the target is given, as JSON. */
  readonly payload: string;
  /** In whose name. */
  readonly principal: AccessRequest['principal'];
  /** What conditions may ask for: `aws:SourceArn` … */
  readonly context: Readonly<Record<string, string>>;
}

/** What deliveries need of their surroundings. */
export interface DeliveryContext {
  decide(request: AccessRequest): Decision;
  /** Hands an event to the function with this ARN; null when there is none. */
  invokeLater(functionArn: string, payload: string): FunctionError | null | 'no function';
  /** Puts a message into the queue with this ARN. */
  send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): void;
  onDelivered(delivery: Delivery): void;
  onTrouble(delivery: Delivery, kind: 'denied' | 'source', sentence: string): void;
}

/** Delivers; what fails is told and, where the target has them, put among its dead letters. */
export function deliver(delivery: Delivery, context: DeliveryContext): void {
  const failure = attempt(delivery, context);
  if (failure === null) {
    context.onDelivered(delivery);
    return;
  }
  context.onTrouble(delivery, failure.kind, failure.sentence);
  bury(delivery, context, failure);
}

interface DeliveryFailure {
  readonly kind: 'denied' | 'source';
  readonly sentence: string;
}

function attempt(delivery: Delivery, context: DeliveryContext): DeliveryFailure | null {
  const { target, payload } = delivery;
  const arn = String(target.Arn);
  const service = arn.split(':')[2];
  const action = service === 'sqs' ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
  if (service !== 'lambda' && service !== 'sqs') {
    return { kind: 'source', sentence: `its target ${arn} cannot be rehearsed` };
  }
  const decision = ask(delivery, context, action, arn);
  if (!decision.allowed) return { kind: 'denied', sentence: decision.message };
  if (service === 'sqs') {
    context.send(arn, payload, {});
    return null;
  }
  const refused = context.invokeLater(arn, payload);
  if (refused === null) return null;
  if (refused === 'no function') {
    return { kind: 'source', sentence: `its target ${arn} is no function of the templates` };
  }
  return { kind: 'source', sentence: `${refused.errorType}: ${refused.errorMessage}` };
}

function bury(delivery: Delivery, context: DeliveryContext, failure: DeliveryFailure): void {
  const { DeadLetterConfig } = delivery.target;
  const arn = isObject(DeadLetterConfig) ? DeadLetterConfig.Arn : undefined;
  if (typeof arn !== 'string') return;
  const decision = ask(delivery, context, 'sqs:SendMessage', arn);
  if (!decision.allowed) {
    context.onTrouble(delivery, 'denied', decision.message);
    return;
  }
  context.send(arn, delivery.payload, {
    ERROR_CODE: failure.kind === 'denied' ? 'NO_PERMISSIONS' : 'SDK_CLIENT_ERROR',
    ERROR_MESSAGE: failure.sentence,
  });
}

function ask(
  { principal, context: requestContext }: Delivery,
  context: DeliveryContext,
  action: string,
  resource: string,
): Decision {
  return context.decide({ principal, action, resource, context: requestContext });
}

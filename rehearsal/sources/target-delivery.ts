import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { AccessRequest, Decision } from '../iam/evaluate.ts';
import type { FunctionError } from '../runtime/invocation.ts';

/** A delivery from a schedule or a rule to its target. */
export interface TargetDelivery {
  /** The id of the schedule or rule. */
  readonly resource: string;
  /** The target as it is in the template. */
  readonly target: JsonObject;
  /** The input of the target, as JSON. */
  readonly payload: string;
  /** The principal that delivers. */
  readonly principal: AccessRequest['principal'];
  /** Condition keys: `aws:SourceArn` … */
  readonly context: Readonly<Record<string, string>>;
}

/** What deliveries are carried out with. */
export interface DeliveryDeps {
  decide(request: AccessRequest): Decision;
  /** Queues an event for the function with this ARN. Returns null, or why it was not accepted. */
  invokeLater(functionArn: string, payload: string): FunctionError | null | 'no function';
  /** Sends a message to the queue with this ARN. */
  send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): void;
  onDelivered(delivery: TargetDelivery): void;
  onProblem(delivery: TargetDelivery, kind: 'denied' | 'source', message: string): void;
}

/**
 * Delivers to a target, if the policies allow it. A failed delivery is reported as a problem, and
 * sent to the target's dead-letter queue if it has one.
 */
export function deliverToTarget(delivery: TargetDelivery, deps: DeliveryDeps): void {
  const failure = attempt(delivery, deps);
  if (failure === null) {
    deps.onDelivered(delivery);
    return;
  }
  deps.onProblem(delivery, failure.kind, failure.message);
  sendToDeadLetterQueue(delivery, deps, failure);
}

interface DeliveryFailure {
  readonly kind: 'denied' | 'source';
  readonly message: string;
}

function attempt(delivery: TargetDelivery, deps: DeliveryDeps): DeliveryFailure | null {
  const { target, payload } = delivery;
  const arn = String(target.Arn);
  const service = arn.split(':')[2];
  const action = service === 'sqs' ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
  if (service !== 'lambda' && service !== 'sqs') {
    return { kind: 'source', message: `its target ${arn} cannot be rehearsed` };
  }
  const decision = decide(delivery, deps, action, arn);
  if (!decision.allowed) return { kind: 'denied', message: decision.message };
  if (service === 'sqs') {
    deps.send(arn, payload, {});
    return null;
  }
  const refused = deps.invokeLater(arn, payload);
  if (refused === null) return null;
  if (refused === 'no function') {
    return { kind: 'source', message: `its target ${arn} is not a function of the templates` };
  }
  return { kind: 'source', message: `${refused.errorType}: ${refused.errorMessage}` };
}

function sendToDeadLetterQueue(
  delivery: TargetDelivery,
  deps: DeliveryDeps,
  failure: DeliveryFailure,
): void {
  const { DeadLetterConfig } = delivery.target;
  const arn = isObject(DeadLetterConfig) ? DeadLetterConfig.Arn : undefined;
  if (typeof arn !== 'string') return;
  const decision = decide(delivery, deps, 'sqs:SendMessage', arn);
  if (!decision.allowed) {
    deps.onProblem(delivery, 'denied', decision.message);
    return;
  }
  deps.send(arn, delivery.payload, {
    ERROR_CODE: failure.kind === 'denied' ? 'NO_PERMISSIONS' : 'SDK_CLIENT_ERROR',
    ERROR_MESSAGE: failure.message,
  });
}

function decide(
  { principal, context }: TargetDelivery,
  deps: DeliveryDeps,
  action: string,
  resource: string,
): Decision {
  return deps.decide({ principal, action, resource, context });
}

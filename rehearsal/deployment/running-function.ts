import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { ProxiedResponse } from '../aws-proxy/proxy-client.ts';
import type { DeployedFunction } from '../checks/deployed-functions.ts';
import { type AbandonedEvent, AsyncInvoker } from '../runtime/async-invoker.ts';
import type { FunctionLogs } from '../runtime/function-logs.ts';
import type { InvocationOutcome } from '../runtime/invocation.ts';
import type { LambdaFunction } from '../runtime/lambda-function.ts';
import type { Coverage } from './coverage.ts';
import type { Problems } from './problems.ts';

/** What a {@link RunningFunction} works with. */
export interface RunningFunctionDeps {
  readonly deployed: DeployedFunction;
  readonly lambda: LambdaFunction;
  /** The resolved properties of its `AWS::Lambda::EventInvokeConfig`; empty without one. */
  readonly asyncConfig: JsonObject;
  readonly clock: Clock;
  readonly logs: FunctionLogs;
  readonly coverage: Coverage;
  readonly problems: Problems;
  /** Calls SQS as the function's role. */
  callSqs(action: string, request: JsonObject): Promise<ProxiedResponse>;
  /** Returns the URL of the queue with this ARN. */
  queueUrl(arn: string): string;
}

/** Maximum number of characters of a function's log line that are quoted. */
const quoteMax = 500;

/**
 * A function of the deployment as its callers see it: invoked synchronously, or by events that
 * wait for it. A failed invocation is reported as a problem, with the function's last error log. An
 * abandoned event goes to the failure destination of the function, with the function's role.
 */
export class RunningFunction {
  readonly deployed: DeployedFunction;
  readonly lambda: LambdaFunction;
  readonly events: AsyncInvoker;
  readonly #deps: RunningFunctionDeps;

  constructor(deps: RunningFunctionDeps) {
    const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age } = deps.asyncConfig;
    this.#deps = deps;
    this.deployed = deps.deployed;
    this.lambda = deps.lambda;
    this.events = new AsyncInvoker({
      clock: deps.clock,
      ...(retries !== undefined && { retries: Number(retries) }),
      ...(age !== undefined && { ageMsMax: Number(age) * 1_000 }),
      invoke: (payload) => this.invoke(payload, 'an event'),
      abandon: (event) => this.#abandon(event),
    });
  }

  get id(): string {
    return this.deployed.resource.id;
  }

  /** Invokes the function synchronously. @param source what it answers, for the report */
  async invoke(payload: string, source: string): Promise<InvocationOutcome> {
    const outcome = await this.lambda.invoke(payload);
    const { coverage, problems } = this.#deps;
    if (outcome.kind === 'answered') coverage.record(this.id, `answered ${source}`);
    if (outcome.kind === 'failed') {
      const { errorType, errorMessage } = outcome.error;
      const reason = errorMessage.replace(/^RequestId: \S+ /, '');
      // A process that was ended from outside cannot report why.
      const logged = errorType === 'Runtime.ExitError' ? this.#lastError() : '';
      const message = `failed with ${errorType}: ${reason}${logged}`;
      problems.add({ kind: 'function', resource: this.id, message });
    }
    return outcome;
  }

  #lastError(): string {
    const { logs, deployed } = this.#deps;
    const last = logs.recentErrors(deployed.definition.name).at(-1);
    return last === undefined ? '' : `; it logged ${last.slice(0, quoteMax)}`;
  }

  async #abandon(event: AbandonedEvent): Promise<void> {
    const { problems, coverage, callSqs, queueUrl } = this.#deps;
    const message = `an event was abandoned: ${event.condition} after ${event.attempts} attempts`;
    problems.add({ kind: 'source', resource: this.id, message });
    const destination = this.#failureDestination();
    if (destination === null) return;
    const answer = await callSqs('SendMessage', {
      QueueUrl: queueUrl(destination),
      MessageBody: JSON.stringify(this.#destinationRecord(event)),
    });
    if (answer.error === null) {
      coverage.record(this.id, 'an abandoned event went to its failure destination');
    } else {
      problems.add({ kind: 'denied', resource: this.id, message: answer.message });
    }
  }

  #failureDestination(): string | null {
    const { DestinationConfig } = this.#deps.asyncConfig;
    const { OnFailure } = isObject(DestinationConfig) ? DestinationConfig : {};
    const arn = isObject(OnFailure) ? OnFailure.Destination : undefined;
    return typeof arn === 'string' && arn.split(':')[2] === 'sqs' ? arn : null;
  }

  #destinationRecord({ payload, condition, attempts, error }: AbandonedEvent): object {
    const { clock, deployed } = this.#deps;
    return {
      version: '1.0',
      timestamp: new Date(clock.now()).toISOString(),
      requestContext: {
        functionArn: `${deployed.definition.arn}:$LATEST`,
        condition,
        approximateInvokeCount: attempts,
      },
      requestPayload: JSON.parse(payload),
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: error,
    };
  }
}

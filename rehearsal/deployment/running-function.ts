/**
 * A function of the deployment as its callers see it: invoked at once, or by events that wait for
 * it. What fails is told, with the function's own last words; what is given up goes to the
 * destination of its configuration, in the name of its role.
 */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { DeployedFunction } from '../checks/deployed-functions.ts';
import { type AbandonedEvent, AsyncInvoker } from '../runtime/async-invoker.ts';
import type { FunctionLogs } from '../runtime/function-logs.ts';
import type { InvocationOutcome } from '../runtime/invocation.ts';
import type { LambdaFunction } from '../runtime/lambda-function.ts';
import type { ServiceAnswer } from '../sources/gate-client.ts';
import type { Evidence } from './evidence.ts';
import type { Troubles } from './troubles.ts';

/** What a function runs with. */
export interface RunningFunctionOptions {
  readonly deployed: DeployedFunction;
  readonly lambda: LambdaFunction;
  /** The resolved properties of its `AWS::Lambda::EventInvokeConfig`; empty without one. */
  readonly asyncConfig: JsonObject;
  readonly clock: Clock;
  readonly logs: FunctionLogs;
  readonly evidence: Evidence;
  readonly troubles: Troubles;
  /** Calls SQS as the function's role. */
  callSqs(action: string, request: JsonObject): Promise<ServiceAnswer>;
  /** The URL of the queue with this ARN. */
  queueUrl(arn: string): string;
}

/** Columns of a function's own words that are quoted. */
const quoteMax = 500;

/** See this file's head. */
export class RunningFunction {
  readonly deployed: DeployedFunction;
  readonly lambda: LambdaFunction;
  readonly events: AsyncInvoker;
  readonly #options: RunningFunctionOptions;

  constructor(options: RunningFunctionOptions) {
    const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age } = options.asyncConfig;
    this.#options = options;
    this.deployed = options.deployed;
    this.lambda = options.lambda;
    this.events = new AsyncInvoker({
      clock: options.clock,
      ...(retries !== undefined && { retries: Number(retries) }),
      ...(age !== undefined && { ageMsMax: Number(age) * 1_000 }),
      invoke: (payload) => this.invoke(payload, 'an event'),
      abandon: (event) => this.#abandon(event),
    });
  }

  get id(): string {
    return this.deployed.resource.id;
  }

  /** Invokes it now. */
  async invoke(payload: string, by: string): Promise<InvocationOutcome> {
    const outcome = await this.lambda.invoke(payload);
    const { evidence, troubles } = this.#options;
    if (outcome.kind === 'answered') evidence.note(this.id, `answered ${by}`);
    if (outcome.kind === 'failed') {
      const { errorType, errorMessage } = outcome.error;
      const said = errorMessage.replace(/^RequestId: \S+ /, '');
      // Who was ended from outside cannot say why itself.
      const words = errorType === 'Runtime.ExitError' ? this.#lastWords() : '';
      const sentence = `failed with ${errorType}: ${said}${words}`;
      troubles.add({ kind: 'function', resource: this.id, sentence });
    }
    return outcome;
  }

  /** What it logged last that tells of something wrong. */
  #lastWords(): string {
    const { logs, deployed } = this.#options;
    const last = logs.complaints(deployed.definition.name).at(-1);
    return last === undefined ? '' : `; it logged ${last.slice(0, quoteMax)}`;
  }

  async #abandon(event: AbandonedEvent): Promise<void> {
    const { troubles, evidence } = this.#options;
    const sentence = `an event was given up: ${event.condition} after ${event.attempts} tries`;
    troubles.add({ kind: 'source', resource: this.id, sentence });
    const destination = this.#failureDestination();
    if (destination === null) return;
    const answer = await this.#options.callSqs('SendMessage', {
      QueueUrl: this.#options.queueUrl(destination),
      MessageBody: JSON.stringify(this.#record(event)),
    });
    if (answer.error === null) evidence.note(this.id, 'an event given up went to its destination');
    else troubles.add({ kind: 'denied', resource: this.id, sentence: answer.message });
  }

  #failureDestination(): string | null {
    const { DestinationConfig } = this.#options.asyncConfig;
    const { OnFailure } = isObject(DestinationConfig) ? DestinationConfig : {};
    const arn = isObject(OnFailure) ? OnFailure.Destination : undefined;
    return typeof arn === 'string' && arn.split(':')[2] === 'sqs' ? arn : null;
  }

  #record({ payload, condition, attempts, error }: AbandonedEvent): object {
    const { clock, deployed } = this.#options;
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

import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { ProxiedResponse } from '../aws-proxy/proxy-client.ts';
import type { DeployedFunction } from '../checks/deployed-functions.ts';
import { type AbandonedEvent, AsyncInvoker } from '../runtime/async-invoker.ts';
import { FunctionAlias } from '../runtime/function-alias.ts';
import type { FunctionDefinition } from '../runtime/function-definition.ts';
import type { FunctionLogs } from '../runtime/function-logs.ts';
import type { InvocationOutcome } from '../runtime/invocation.ts';
import type { LambdaFunction } from '../runtime/lambda-function.ts';
import type { Coverage } from './coverage.ts';
import type { AliasRelease } from './function-releases.ts';
import type { Problems } from './problems.ts';

/** What a {@link RunningFunction} works with. */
export interface RunningFunctionDeps {
  readonly deployed: DeployedFunction;
  /** The alias by which it is invoked; absent when callers invoke its newest code. */
  readonly release: AliasRelease | undefined;
  /** The resolved properties of its `AWS::Lambda::EventInvokeConfig`; empty without one. */
  readonly asyncConfig: JsonObject;
  readonly clock: Clock;
  readonly logs: FunctionLogs;
  readonly coverage: Coverage;
  readonly problems: Problems;
  /** Makes code of the function ready to be invoked. */
  createVersion(definition: FunctionDefinition): LambdaFunction;
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
  readonly events: AsyncInvoker;
  /** The alias that its callers name; null when they invoke its newest code. */
  readonly alias: FunctionAlias<LambdaFunction> | null;
  readonly #deps: RunningFunctionDeps;
  readonly #versions: LambdaFunction[] = [];

  constructor(deps: RunningFunctionDeps) {
    const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age } = deps.asyncConfig;
    this.#deps = deps;
    this.deployed = deps.deployed;
    const { release } = deps;
    const first = this.#add(deps.deployed.definition, release === undefined ? '$LATEST' : '1');
    this.alias = release === undefined ? null : new FunctionAlias(release.aliasArn, first);
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

  /** The ARN by which it is invoked. */
  get arn(): string {
    return this.alias?.arn ?? this.deployed.definition.arn;
  }

  get release(): AliasRelease | undefined {
    return this.#deps.release;
  }

  /** All versions that have run, oldest first. */
  get versions(): readonly LambdaFunction[] {
    return this.#versions;
  }

  /** The version that its callers reach. */
  get lambda(): LambdaFunction {
    const [first] = this.#versions;
    if (first === undefined) throw new Error(`${this.id} has no version`);
    return this.alias?.version ?? first;
  }

  /** Publishes a version with other code or settings, which no caller reaches yet. */
  publish(definition: FunctionDefinition): LambdaFunction {
    return this.#add(definition, String(this.#versions.length + 1));
  }

  /** Ends every version. */
  async stop(): Promise<void> {
    await Promise.all([this.events.stop(), ...this.#versions.map((each) => each.stop())]);
  }

  #add(definition: FunctionDefinition, version: string): LambdaFunction {
    const added = this.#deps.createVersion({ ...definition, version });
    this.#versions.push(added);
    return added;
  }

  /** Invokes the function synchronously. @param source what it answers, for the report */
  async invoke(payload: string, source: string): Promise<InvocationOutcome> {
    const outcome = await (this.alias ?? this.lambda).invoke(payload);
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

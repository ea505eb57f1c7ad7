/**
 * A test of a single state, as TestState of Step Functions makes it, without AWS: a mocked result
 * is held against the service's own API, and a Task without a mock calls a handler of the app.
 */
import { SdkModels } from '../drivers/aws/sdk-models.ts';
import type { Handlers } from '../drivers/handlers/handler.ts';
import { HandlerInvoker } from '../drivers/handlers/handler-invoker.ts';
import { lineLogger } from '../drivers/system/line-logger.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { SystemEntropy } from '../drivers/system/system-entropy.ts';
import type { InvokeEffect } from '../engine/effect.ts';
import { MillraceError } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';
import type { ServiceModels } from '../ports/service-models.ts';
import { checkMockedResult, mockedIntegration, prepareTest } from '../test-state/prepare-test.ts';
import type { TestStateReply, TestStateRequest } from '../test-state/request.ts';
import { type CallAnswer, runTest } from '../test-state/run-test.ts';

/** What a test may use beside its request. */
export interface TestStateOptions {
  /** Called by Tasks that have no mock. @default none */
  readonly handlers?: Handlers;
  /** Where clients of AWS's SDK are looked for. @default the folder of the process */
  readonly folder?: string;
  /** Where handlers log. @default nowhere */
  readonly logger?: Logger;
  /** Ends a handler's call. @default never */
  readonly signal?: AbortSignal;
  /** What the services' answers look like. @default the installed clients of the AWS SDK */
  readonly models?: ServiceModels;
}

/**
 * Runs one state. Throws INVALID_DEFINITION or INVALID_ARGUMENT where AWS refuses (the fields
 * `awsType` and `awsMessage` say how), UNKNOWN_HANDLER when nobody can be called, and
 * INVALID_CONFIGURATION when a mock cannot be checked because the service's client is not
 * installed.
 *
 * @example
 * const reply = await testState({
 *   definition: JSON.stringify({ Type: 'Pass', Parameters: { 'total.$': '$.n' }, End: true }),
 *   input: '{"n":2}',
 * });
 * console.log(reply.status, reply.output); // SUCCEEDED {"total":2}
 */
export async function testState(
  request: TestStateRequest,
  options: TestStateOptions = {},
): Promise<TestStateReply> {
  const test = prepareTest(request);
  const integration = mockedIntegration(test);
  if (integration !== null) {
    const models = options.models ?? new SdkModels(options.folder ?? process.cwd());
    const shape = await models.answerOf(integration);
    if (shape !== undefined) checkMockedResult(test, shape);
  }
  const seed = new SystemEntropy(systemClock.now).seed();
  const progress = runTest(test, { at: systemClock.now(), seed });
  if (progress.kind === 'ended') return progress.reply;
  return progress.end(await call(progress.call, options));
}

const silent = lineLogger({ level: 'silent', format: 'text', write: () => {}, now: () => 0 });

async function call(invoke: InvokeEffect, options: TestStateOptions): Promise<CallAnswer> {
  const { resource, stateName } = invoke;
  const invoker = new HandlerInvoker(options.handlers ?? {}, options.logger ?? silent);
  const refusal = invoker.refusal(invoke);
  if (refusal !== null) {
    throw new MillraceError(
      'UNKNOWN_HANDLER',
      `expected a mock, or a handler for '${resource}', which the state '${stateName}' calls: ${refusal}`,
      { fields: { resource, state: stateName } },
    );
  }
  const id = 'test-state';
  const answer = await invoker.invoke({
    ...invoke,
    idempotencyKey: `${id}:${invoke.command}`,
    signal: options.signal ?? new AbortController().signal,
    execution: { id, arn: id, name: id },
    machineId: id,
    batchId: null,
    queue: 'default',
    heartbeat: () => {},
  });
  if (!answer.ok || 'result' in answer) return answer;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `expected '${resource}' to answer at once, and its answer comes later; give a mock of it`,
    { fields: { resource, state: stateName } },
  );
}

import { SdkModels } from '../drivers/aws/sdk-models.ts';
import type { Handlers } from '../drivers/handlers/handler.ts';
import { HandlerInvoker } from '../drivers/handlers/handler-invoker.ts';
import { createLineLogger } from '../drivers/system/line-logger.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { SystemEntropy } from '../drivers/system/system-entropy.ts';
import type { InvokeEffect } from '../engine/effect.ts';
import { MillraceError } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';
import type { ServiceModels } from '../ports/service-models.ts';
import {
  checkMockedResult,
  findMockedIntegration,
  prepareTest,
} from '../test-state/prepare-test.ts';
import type { TestStateReply, TestStateRequest } from '../test-state/request.ts';
import { type CallAnswer, runTest } from '../test-state/run-test.ts';

/** Options of {@link testState}. */
export interface TestStateOptions {
  /** Handlers for Tasks without a mock. @default none */
  readonly handlers?: Handlers;
  /** The folder from which clients of the AWS SDK are resolved. @default the current one */
  readonly folder?: string;
  /** The logger of handlers. @default logs nothing */
  readonly logger?: Logger;
  /** Cancels a handler's call. @default never */
  readonly signal?: AbortSignal;
  /** Describe the services' responses. @default the installed clients of the AWS SDK */
  readonly models?: ServiceModels;
}

/**
 * Tests a single state as Step Functions' TestState does, without AWS. A mocked result is checked
 * against the service's own API; a Task without a mock calls a handler.
 *
 * @throws INVALID_DEFINITION or INVALID_ARGUMENT where AWS refuses, with the fields `awsType` and
 *   `awsMessage`
 * @throws UNKNOWN_HANDLER when a Task has neither a mock nor a handler
 * @throws INVALID_CONFIGURATION when the client that describes a mocked service is not installed
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
  const integration = findMockedIntegration(test);
  if (integration !== null) {
    const models = options.models ?? new SdkModels(options.folder ?? process.cwd());
    const shape = await models.findResponse(integration);
    if (shape !== undefined) checkMockedResult(test, shape);
  }
  const seed = new SystemEntropy(systemClock.now).seed();
  const progress = runTest(test, { at: systemClock.now(), seed });
  if (progress.kind === 'ended') return progress.reply;
  return progress.end(await call(progress.call, options));
}

const silent = createLineLogger({ level: 'silent', format: 'text', write: () => {}, now: () => 0 });

async function call(invoke: InvokeEffect, options: TestStateOptions): Promise<CallAnswer> {
  const { resource, stateName } = invoke;
  const invoker = new HandlerInvoker(options.handlers ?? {}, options.logger ?? silent);
  const refusal = invoker.findRefusal(invoke);
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
    `expected '${resource}' to return its result at once, but it returns it later: mock it`,
    { fields: { resource, state: stateName } },
  );
}

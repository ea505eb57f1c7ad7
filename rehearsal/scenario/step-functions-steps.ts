/** Calls Step Functions' API behind its Function URL with the SDK of AWS. */
import { randomUUID } from 'node:crypto';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { readCredentialScope } from '../aws-proxy/credential-scope.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import { findFunctionUrl, urlEvent } from './api-call.ts';
import { checkUrlAccess } from './api-steps.ts';
import { type ScenarioContext, stepFailure, waitMsMax } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

type Sdk = typeof import('@aws-sdk/client-sfn');

/**
 * Makes a machine at run time, whose executions the deployed workers run: one that ends by itself,
 * and one that waits for a worker of an activity.
 */
export const stepFunctionsStep: ScenarioStep = {
  name: "the SDK makes a machine by Step Functions' API, runs it and works for its activity",
  skipReason: ({ deployment }) =>
    findFunctionUrl(deployment, 'step-functions') === undefined
      ? "the templates have no URL of Step Functions' API"
      : null,
  run: async (context) => {
    const { deployment } = context;
    const found = findFunctionUrl(deployment, 'step-functions');
    if (found === undefined) throw stepFailure("there is no URL of Step Functions' API");
    checkUrlAccess(deployment, found.url, found.target);
    // Loaded on demand: only an app that deploys the API needs it.
    const sdk = await import('@aws-sdk/client-sfn');
    const client = createClient(sdk, deployment, found.target);
    await runSession(context, sdk, client);
    deployment.coverage.record(found.url.id, 'let a signed request through, and no other');
    deployment.coverage.record(found.url.id, 'answered the SDK');
    return 'its executions ended SUCCEEDED';
  },
};

/** Kept and shown, and never assumed. */
const roleArn = 'arn:aws:iam::000000000000:role/any';

async function runSession(context: ScenarioContext, sdk: Sdk, client: SFNClient): Promise<void> {
  const name = `rehearsal-${randomUUID()}`;
  const { activityArn } = await client.send(new sdk.CreateActivityCommand({ name }));
  const ask = { Type: 'Task', Resource: activityArn, TimeoutSeconds: 120, End: true };
  const definition = JSON.stringify({
    StartAt: 'First',
    States: { First: { Type: 'Pass', Next: 'Ask' }, Ask: ask },
  });
  const made = await client.send(new sdk.CreateStateMachineCommand({ name, definition, roleArn }));
  const { stateMachineArn } = made;
  const input = JSON.stringify({ id: 7 });
  const started = await client.send(
    new sdk.StartExecutionCommand({ stateMachineArn, name, input }),
  );
  const { executionArn } = started;
  const work = await client.send(new sdk.GetActivityTaskCommand({ activityArn }));
  if (work.input !== input) throw stepFailure(`the activity's work is ${JSON.stringify(work)}`);
  const { taskToken } = work;
  await client.send(new sdk.SendTaskSuccessCommand({ taskToken, output: '"done"' }));
  const ended = await context.waitUntil(`${executionArn} ends`, waitMsMax, async () => {
    const described = await client.send(new sdk.DescribeExecutionCommand({ executionArn }));
    return described.status === 'RUNNING' ? null : described;
  });
  if (ended.status !== 'SUCCEEDED' || ended.output !== '"done"') {
    throw stepFailure(`the execution ended ${ended.status} with ${ended.output}: ${ended.cause}`);
  }
  const history = await client.send(new sdk.GetExecutionHistoryCommand({ executionArn }));
  const types = history.events?.map(({ type }) => type) ?? [];
  if (types.at(0) !== 'ExecutionStarted' || types.at(-1) !== 'ExecutionSucceeded') {
    throw stepFailure(`its history is ${types.join(', ')}`);
  }
  const express = await runExpress(sdk, client, name);
  if (express !== 'SUCCEEDED') throw stepFailure(`StartSyncExecution ended ${express}`);
  await client.send(new sdk.DeleteStateMachineCommand({ stateMachineArn }));
  await client.send(new sdk.DeleteActivityCommand({ activityArn }));
}

async function runExpress(sdk: Sdk, client: SFNClient, name: string) {
  const { stateMachineArn } = await client.send(
    new sdk.CreateStateMachineCommand({
      name: `${name}-express`,
      type: 'EXPRESS',
      definition: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }),
      roleArn,
    }),
  );
  const ended = await client.send(new sdk.StartSyncExecutionCommand({ stateMachineArn }));
  return ended.status;
}

/** A Function URL takes requests that are signed for Lambda; the SDK's types lack the option. */
const signing = { signingName: 'lambda' };

function createClient(sdk: Sdk, deployment: Deployment, target: RunningFunction): SFNClient {
  const { account, region } = deployment.resolution.environment;
  return new sdk.SFNClient({
    endpoint: `https://rehearsal.lambda-url.${region}.on.aws`,
    region,
    ...signing,
    disableHostPrefix: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'ASIAREHEARSAL', secretAccessKey: 'rehearsal' },
    requestHandler: {
      handle: async ({ method, path, headers, body }: SentRequest) => {
        requireSigned(headers);
        const sent =
          body === undefined ? undefined : Buffer.from(new Uint8Array(body)).toString('base64');
        const event = urlEvent({ method, path, headers, body: sent }, account);
        const outcome = await target.invoke(JSON.stringify(event), 'a call of the SDK');
        if (outcome.kind !== 'answered') throw stepFailure(JSON.stringify(outcome));
        const { statusCode, headers: answered, body: text } = JSON.parse(outcome.payload);
        return {
          response: { statusCode, headers: answered, body: new Blob([text]).stream() },
        };
      },
    },
  });
}

/** What the SDK gives to what sends its requests. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
}

function requireSigned(headers: Record<string, string>): void {
  const scope = readCredentialScope(headers, new URLSearchParams());
  if (scope?.service === 'lambda') return;
  throw stepFailure(`the SDK signed for ${scope?.service ?? 'no service'}, not for lambda`);
}

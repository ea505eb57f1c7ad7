/** The function that serves Step Functions' API behind a Function URL. */
import * as sfn from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { SettingOverrides } from '../../lib/config/setting-sources.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { stepFunctionsFunction } from '../../lib/lambda/step-functions-function.ts';
import { functionContext } from '../support/function-context.ts';
import { printedLines } from '../support/printed-lines.ts';
import { signer, urlEvent } from '../support/url-event.ts';

const config = {
  machines: {
    price: {
      type: 'EXPRESS' as const,
      definition: {
        StartAt: 'Price',
        States: { Price: { Type: 'Task' as const, Resource: 'price', End: true } },
      },
    },
  },
  handlers: { price: async () => ({ amount: 5 }) },
  activities: ['approve'],
};

/** Creates the function, and a client of the SDK whose requests are its events. */
function openFunction(env: SettingOverrides = {}, remainingMs = 300_000) {
  const lines = printedLines();
  const handler = stepFunctionsFunction(config, { env, drivers: { store: openMemoryStore() } });
  const client = new sfn.SFNClient({
    endpoint: 'https://abc123.lambda-url.eu-central-1.on.aws',
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    disableHostPrefix: true,
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ method, path, headers, body }: SentRequest) => {
        const bytes = Buffer.from(new Uint8Array(body ?? [])).toString('base64');
        const event = urlEvent({ method, path, headers, body: bytes, isBase64Encoded: true });
        const result = await handler(
          event,
          functionContext(() => remainingMs),
        );
        const { statusCode = 200, headers: answered = {}, body: text = '' } = result;
        const stream = new Blob([text]).stream();
        return { response: { statusCode, headers: answered as never, body: stream } };
      },
    },
  });
  return { handler, client, lines };
}

/** What the SDK gives to what sends its requests. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
}

const roleArn = 'arn:aws:iam::000000000000:role/any';
const pass = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
const activityArn = 'arn:aws:states:us-east-1:000000000000:activity:approve';
const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:price';

describe('stepFunctionsFunction', () => {
  it("the SDK makes and starts a machine by the function of Step Functions' API", async () => {
    const { client, lines } = openFunction();

    const made = await client.send(
      new sfn.CreateStateMachineCommand({ name: 'order', definition: pass, roleArn }),
    );
    const started = await client.send(
      new sfn.StartExecutionCommand({ stateMachineArn: made.stateMachineArn, name: 'one' }),
    );
    const { executionArn } = started;
    const described = await client.send(new sfn.DescribeExecutionCommand({ executionArn }));

    expect(described).toMatchObject({ name: 'one', status: 'RUNNING', input: '{}' });
    expect(described.startDate).toEqual(started.startDate);
    expect(lines).toContainEqual(
      expect.objectContaining({ operation: 'CreateStateMachine', caller: signer, name: 'order' }),
    );
  });

  it("StartSyncExecution calls the handlers of the app in the function of Step Functions' API", async () => {
    const { client } = openFunction();

    const ended = await client.send(new sfn.StartSyncExecutionCommand({ stateMachineArn }));

    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: '{"amount":5}' });
  });

  it('a poll for work ends without work before the function times out', async () => {
    const { client } = openFunction({}, 3_050);

    const { taskToken } = await client.send(new sfn.GetActivityTaskCommand({ activityArn }));

    expect(taskToken).toBeUndefined();
  });

  it("callers have the roles of the configuration in Step Functions' API", async () => {
    const reader = openFunction({ stepFunctionsAccess: { [signer]: 'reader' } }).client;
    const worker = openFunction({ stepFunctionsAccess: { '*': 'activityWorker' } }, 3_050).client;
    const stranger = openFunction({ stepFunctionsAccess: { 'arn:other': 'owner' } }).client;
    const list = new sfn.ListStateMachinesCommand({});
    const refused = { name: 'AccessDeniedException' };

    expect((await reader.send(list)).stateMachines).toHaveLength(1);
    const start = new sfn.StartExecutionCommand({ stateMachineArn });
    await expect(reader.send(start)).rejects.toMatchObject(refused);
    await worker.send(new sfn.GetActivityTaskCommand({ activityArn }));
    await expect(worker.send(list)).rejects.toMatchObject(refused);
    await expect(stranger.send(list)).rejects.toMatchObject(refused);
  });

  it('a health check of the function of Step Functions opens no database', async () => {
    printedLines();
    const env = { store: 'postgres', postgresUrl: 'postgres://user@127.0.0.1:1/none' };
    const handler = stepFunctionsFunction(config, { env });
    const body = JSON.stringify({});
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AWSStepFunctions.ListStateMachines',
    };

    const greeting = await handler(urlEvent({ path: '/' }), functionContext());
    const list = await handler(
      urlEvent({ method: 'POST', path: '/', headers, body }),
      functionContext(),
    );

    expect(greeting.statusCode).toBe(200);
    expect(list).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
    expect(JSON.parse(String(list.body)).__type).toBe('ServiceUnavailable');
  });
});

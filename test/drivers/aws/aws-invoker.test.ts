/** Lambda, DynamoDB, EventBridge and Step Functions through the SDK's clients, over real HTTP. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../lib/asl/json/json.ts';
import { AwsInvoker } from '../../../lib/drivers/aws/aws-invoker.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { Invocation } from '../../../lib/ports/task-invoker.ts';
import { pointAwsAt } from '../../support/aws-environment.ts';
import { createInvocation } from '../../support/invocation.ts';
import { type SeenRequest, type ServedAnswer, serveLocally } from '../../support/local-server.ts';
import { settle } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:charge';
const states = 'arn:aws:states:::';

/** Starts a service with these responses, and an invoker that calls it. */
async function openService(answer: (request: SeenRequest) => ServedAnswer) {
  const server = await serveLocally(answer);
  pointAwsAt(server.url);
  const clock = new SimulatedClock();
  const invoker = new AwsInvoker({ folder: process.cwd(), bytesMax: 1_000, clock, pollMs: 1_000 });
  const call = (resource: string, parameters: Json, more: Partial<Invocation> = {}) =>
    invoker.invoke(createInvocation({ resource, parameters, ...more }));
  return { call, seen: server.seen, clock };
}

/** Responds as Lambda does when a function returned, or threw, `payload`. */
function lambdaResponds(payload: string, isError = false): () => ServedAnswer {
  const headers = {
    'X-Amz-Executed-Version': '$LATEST',
    ...(isError && { 'X-Amz-Function-Error': 'Unhandled' }),
  };
  return () => ({ headers, body: payload });
}

/** An error response in the JSON protocols. */
function fault(status: number, type: string, message: string): () => ServedAnswer {
  const headers = { 'x-amzn-errortype': type, 'x-amzn-requestid': 'r-1' };
  return () => ({ status, headers, body: { __type: type, message, Message: message } });
}

describe('a Lambda function by its ARN', () => {
  it('a function called by its ARN gets the parameters as they are, and its return value is the result', async () => {
    const { call, seen } = await openService(lambdaResponds('{"paid":true}'));

    expect(await call(functionArn, { amount: 5 })).toEqual({ ok: true, result: { paid: true } });
    expect(await call(functionArn, 'text')).toMatchObject({ ok: true });

    expect(seen.map(({ body }) => body)).toEqual(['{"amount":5}', '"text"']);
    expect(decodeURIComponent(seen[0]?.url ?? '')).toContain(functionArn);
  });

  it('an error of a function has its error type, with the payload as the cause', async () => {
    const thrown = '{"errorType":"CardDeclined","errorMessage":"no money","trace":[]}';
    const { call } = await openService(lambdaResponds(thrown, true));

    const answer = await call(functionArn, {});

    expect(answer).toEqual({ ok: false, error: 'CardDeclined', cause: thrown });
  });

  it('an error of a function without an error type is Lambda.Unknown', async () => {
    const { call } = await openService(lambdaResponds('{"errorMessage":"exited"}', true));

    expect(await call(functionArn, {})).toMatchObject({
      ok: false,
      error: 'Lambda.Unknown',
      cause: expect.stringContaining('Returned payload: {"errorMessage":"exited"}'),
    });
  });

  it.each([
    [404, 'ResourceNotFoundException', 'Lambda.ResourceNotFoundException'],
    [429, 'TooManyRequestsException', 'Lambda.TooManyRequestsException'],
    [500, 'ServiceException', 'Lambda.ServiceException'],
    [403, 'AccessDeniedException', 'Lambda.AWSLambdaException'],
  ])('a Lambda response %i %s fails with %s', async (status, type, error) => {
    const { call } = await openService(fault(status, type, 'so it is'));

    expect(await call(functionArn, {})).toEqual({
      ok: false,
      error,
      cause:
        `so it is (Service: AWSLambda; Status Code: ${status}; Error Code: ${type}; ` +
        'Request ID: r-1; Proxy: null)',
    });
  });
});

describe('lambda:invoke', () => {
  it('lambda:invoke returns the function’s result as Payload, next to the metadata of the call', async () => {
    const { call, seen } = await openService(lambdaResponds('[1]'));

    const answer = await call(`${states}lambda:invoke`, { FunctionName: 'f', Payload: { a: 1 } });

    expect(answer).toMatchObject({
      ok: true,
      result: {
        ExecutedVersion: '$LATEST',
        Payload: [1],
        StatusCode: 200,
        SdkHttpMetadata: { HttpStatusCode: 200 },
      },
    });
    expect(seen[0]).toMatchObject({ body: '{"a":1}' });
  });

  it('lambda:invoke without a payload sends and returns none', async () => {
    const { call, seen } = await openService(() => ({ status: 202, body: '' }));
    const parameters = { FunctionName: 'f', InvocationType: 'Event' };

    const answer = await call(`${states}lambda:invoke`, parameters);

    expect(answer).toMatchObject({ ok: true, result: { StatusCode: 202 } });
    expect(answer).not.toHaveProperty('result.Payload');
    expect(seen[0]).toMatchObject({ body: '', headers: { 'x-amz-invocation-type': 'Event' } });
  });
});

describe('dynamodb', () => {
  it('dynamodb keeps the names of attributes and types in both integrations', async () => {
    const item = { id: { S: 'a' }, flags: { BOOL: true }, list: { L: [{ N: '1' }] } };
    const { call, seen } = await openService(() => ({ body: { Item: item } }));
    const parameters = { TableName: 't', Key: { id: { S: 'a' } } };

    const optimized = await call(`${states}dynamodb:getItem`, parameters);
    const generic = await call(`${states}aws-sdk:dynamodb:getItem`, parameters);

    expect(optimized).toMatchObject({ ok: true, result: { Item: item } });
    expect(generic).toMatchObject({ ok: true, result: { Item: { id: { S: 'a' } } } });
    expect(seen.map(({ body }) => JSON.parse(body))).toEqual([parameters, parameters]);
  });

  it('an error that the model does not define has the name of the old SDK in dynamodb:putItem', async () => {
    const { call } = await openService(fault(400, 'ValidationException', 'no key'));

    const optimized = await call(`${states}dynamodb:putItem`, { TableName: 't', Item: {} });
    const generic = await call(`${states}aws-sdk:dynamodb:putItem`, { TableName: 't', Item: {} });

    expect(optimized).toMatchObject({
      error: 'DynamoDB.AmazonDynamoDBException',
      cause: expect.stringContaining('(Service: AmazonDynamoDBv2; Status Code: 400;'),
    });
    expect(generic).toMatchObject({ error: 'DynamoDb.DynamoDbException' });
  });
});

describe('events:putEvents', () => {
  const entry = { Detail: { a: 1 }, DetailType: 'd', Source: 's' };

  it('events:putEvents adds the execution and its machine to every event', async () => {
    const { call, seen } = await openService(() => ({
      body: { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] },
    }));

    const answer = await call(`${states}events:putEvents`, { Entries: [entry] });

    expect(answer).toEqual({
      ok: true,
      result: { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] },
    });
    const sent: { Entries: JsonObject[] } = JSON.parse(seen[0]?.body ?? '');
    expect(sent.Entries[0]).toMatchObject({
      Detail: '{"a":1}',
      Resources: [
        'arn:aws:states:us-east-1:000000000000:execution:m:n',
        'arn:aws:states:us-east-1:000000000000:stateMachine:m',
      ],
    });
  });

  it('events:putEvents fails when an entry failed, with all entries as the cause', async () => {
    const failed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const { call } = await openService(() => ({
      body: { FailedEntryCount: 1, Entries: [failed] },
    }));

    const answer = await call(`${states}events:putEvents`, { Entries: [entry] });

    expect(answer).toMatchObject({ ok: false, error: 'EventBridge.FailedEntry' });
    expect(JSON.parse('cause' in answer ? answer.cause : '')).toEqual({
      FailedEntryCount: 1,
      Entries: [failed],
    });
  });
});

describe('a service whose model is in camelCase', () => {
  it('a camelCase service is called in PascalCase, with documents and timestamps as strings', async () => {
    const { call, seen } = await openService(() => ({
      body: { executionArn: 'arn:x', startDate: 1.5 },
    }));
    const parameters = { StateMachineArn: 'arn:m', Input: { key: 'value' } };

    const answer = await call(`${states}aws-sdk:sfn:startExecution`, parameters);

    expect(answer).toEqual({
      ok: true,
      result: { ExecutionArn: 'arn:x', StartDate: '1970-01-01T00:00:01.500Z' },
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({
      stateMachineArn: 'arn:m',
      input: '{"key":"value"}',
    });
  });

  it('an error name gets the suffix Exception that the model omits', async () => {
    const { call } = await openService(fault(400, 'InvalidToken', 'Invalid Token'));

    const answer = await call(`${states}aws-sdk:sfn:sendTaskSuccess`, {
      TaskToken: 't',
      Output: 1,
    });

    expect(answer).toMatchObject({ ok: false, error: 'Sfn.InvalidTokenException' });
  });
});

describe('a job that is waited for', () => {
  const resource = `${states}athena:startQueryExecution.sync`;
  const createState = (State: string) => ({
    QueryExecution: { QueryExecutionId: 'q-1', Status: { State } },
  });

  /** Starts Athena, whose query goes through `answers`; the last one repeats. */
  async function openAthena(answers: readonly ServedAnswer[]) {
    let asked = 0;
    const service = await openService(({ headers }) => {
      if (headers['x-amz-target'] === 'AmazonAthena.StartQueryExecution') {
        return { body: { QueryExecutionId: 'q-1' } };
      }
      asked += 1;
      return answers[Math.min(asked, answers.length) - 1] ?? {};
    });
    /** Runs the task while time passes. */
    const run = async (more: Partial<Invocation> = {}) => {
      let answer: Awaited<ReturnType<typeof service.call>> | undefined;
      void service
        .call(resource, { QueryString: 'SELECT 1' }, { pattern: 'sync', ...more })
        .then((given) => {
          answer = given;
        });
      while (answer === undefined) {
        await settle();
        await service.clock.advance(1_000);
      }
      return answer;
    };
    return { ...service, run };
  }

  it('a job is started with the command’s token and polled until its state is the result', async () => {
    const running = { body: createState('RUNNING') };
    const { run, seen } = await openAthena([running, running, { body: createState('SUCCEEDED') }]);
    let beats = 0;

    const answer = await run({
      heartbeat: () => {
        beats += 1;
      },
    });

    expect(answer).toEqual({ ok: true, result: createState('SUCCEEDED') });
    expect(beats).toBe(2);
    const bodies = seen.map(({ body }): unknown => JSON.parse(body));
    expect(bodies[0]).toEqual({ QueryString: 'SELECT 1', ClientRequestToken: 'e:2:0' });
    expect(bodies.slice(1)).toEqual(Array(3).fill({ QueryExecutionId: 'q-1' }));
  });

  it('a failed job is States.TaskFailed with its description as the cause', async () => {
    const { run } = await openAthena([{ body: createState('FAILED') }]);

    expect(await run()).toEqual({
      ok: false,
      error: 'States.TaskFailed',
      cause: JSON.stringify(createState('FAILED')),
    });
  });

  it('a job survives failed polls, but not ten in a row', async () => {
    const backoff = fault(500, 'InternalServerException', 'not now')();
    const nine = Array<ServedAnswer>(9).fill(backoff);
    const flaky = await openAthena([...nine, { body: createState('SUCCEEDED') }]);
    expect(await flaky.run()).toMatchObject({ ok: true });

    const down = await openAthena([backoff]);
    expect(await down.run()).toMatchObject({
      ok: false,
      error: 'Athena.InternalServerException',
    });
  });
});

describe('Credentials.RoleArn', () => {
  const RoleArn = 'arn:aws:iam::123456789012:role/other';
  const expiration = '2999-01-01T00:00:00Z';
  const assumed =
    '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>' +
    '<Credentials><AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey>' +
    `<SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials>` +
    '</AssumeRoleResult></AssumeRoleResponse>';

  it('a call with Credentials.RoleArn uses the role’s credentials', async () => {
    const { call, seen } = await openService(({ body }) =>
      body.includes('AssumeRole')
        ? { headers: { 'content-type': 'text/xml' }, body: assumed }
        : { body: '1' },
    );

    const answer = await call(functionArn, {}, { credentials: { RoleArn } });

    expect(answer).toEqual({ ok: true, result: 1 });
    expect(decodeURIComponent(seen[0]?.body ?? '')).toContain(RoleArn);
    expect(seen[1]?.headers.authorization).toContain('Credential=ASSUMED/');
  });

  it('a role that cannot be assumed fails with States.Permissions', async () => {
    const { call } = await openService(() => ({
      status: 403,
      headers: { 'content-type': 'text/xml' },
      body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
    }));

    expect(await call(functionArn, {}, { credentials: { RoleArn } })).toMatchObject({
      ok: false,
      error: 'States.Permissions',
      cause: expect.stringContaining(RoleArn),
    });
  });
});

describe('a resource of AWS', () => {
  const invoker = new AwsInvoker({ folder: process.cwd(), bytesMax: 1, clock: systemClock });

  it('a resource whose client is installed can be called', () => {
    for (const resource of [
      functionArn,
      `${states}lambda:invoke.waitForTaskToken`,
      `${states}sqs:sendMessage`,
      `${states}aws-sdk:dynamodb:putItem`,
    ]) {
      expect(invoker.findRefusal({ resource })).toBeNull();
    }
  });

  it('a resource whose client is not installed is refused with the package to add', async () => {
    const resource = `${states}aws-sdk:glue:getJob`;
    const missing = '@aws-sdk/client-glue';

    expect(invoker.findRefusal({ resource })).toBe(
      `the package ${missing} is not installed: npm install ${missing}`,
    );
    expect(await invoker.invoke(createInvocation({ resource }))).toMatchObject({
      ok: false,
      error: 'Millrace.UnknownHandler',
      cause: expect.stringContaining(`npm install ${missing}`),
    });
  });

  it('an unknown resource or an unsupported pattern is refused with the reason', () => {
    const refusal = (resource: string) => invoker.findRefusal({ resource: `${states}${resource}` });

    expect(refusal('sqs:burnMessage')).toContain('aws-sdk:SERVICE:ACTION');
    expect(refusal('glue:startJobRun.sync')).toContain("'.sync' of glue:startJobRun is not");
    expect(refusal('ecs:runTask.sync')).toContain('@aws-sdk/client-ecs is not installed');
    expect(refusal('nothing')).toContain('is not an AWS service');
  });
});

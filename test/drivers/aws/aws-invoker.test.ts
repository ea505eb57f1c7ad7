/** Lambda, DynamoDB, EventBridge and Step Functions through the SDK's clients, over real HTTP. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../lib/asl/json/json.ts';
import { AwsInvoker } from '../../../lib/drivers/aws/aws-invoker.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { Invocation } from '../../../lib/ports/task-invoker.ts';
import { pointAwsAt } from '../../support/aws-environment.ts';
import { invocationOf } from '../../support/invocation.ts';
import { type SeenRequest, type ServedAnswer, serveLocally } from '../../support/local-server.ts';
import { settle } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:charge';
const states = 'arn:aws:states:::';

/** A service that answers so, and a way to call it. */
async function openService(answer: (request: SeenRequest) => ServedAnswer) {
  const server = await serveLocally(answer);
  pointAwsAt(server.url);
  const clock = new SimulatedClock();
  const invoker = new AwsInvoker({ folder: process.cwd(), bytesMax: 1_000, clock, pollMs: 1_000 });
  const call = (resource: string, parameters: Json, more: Partial<Invocation> = {}) =>
    invoker.invoke(invocationOf({ resource, parameters, ...more }));
  return { call, seen: server.seen, clock };
}

/** What Lambda answers when a function returned, or threw, `payload`. */
function lambdaSays(payload: string, isError = false): () => ServedAnswer {
  const headers = {
    'X-Amz-Executed-Version': '$LATEST',
    ...(isError && { 'X-Amz-Function-Error': 'Unhandled' }),
  };
  return () => ({ headers, body: payload });
}

/** A fault in the JSON protocols. */
function fault(status: number, type: string, message: string): () => ServedAnswer {
  const headers = { 'x-amzn-errortype': type, 'x-amzn-requestid': 'r-1' };
  return () => ({ status, headers, body: { __type: type, message, Message: message } });
}

describe('a Lambda function by its ARN', () => {
  it('is given the parameters as they are, and answers what it returned', async () => {
    const { call, seen } = await openService(lambdaSays('{"paid":true}'));

    expect(await call(functionArn, { amount: 5 })).toEqual({ ok: true, result: { paid: true } });
    expect(await call(functionArn, 'text')).toMatchObject({ ok: true });

    expect(seen.map(({ body }) => body)).toEqual(['{"amount":5}', '"text"']);
    expect(decodeURIComponent(seen[0]?.url ?? '')).toContain(functionArn);
  });

  it('fails by the name of what it threw, with all that it said as the cause', async () => {
    const thrown = '{"errorType":"CardDeclined","errorMessage":"no money","trace":[]}';
    const { call } = await openService(lambdaSays(thrown, true));

    const answer = await call(functionArn, {});

    expect(answer).toEqual({ ok: false, error: 'CardDeclined', cause: thrown });
  });

  it('that fails without a name is Lambda.Unknown', async () => {
    const { call } = await openService(lambdaSays('{"errorMessage":"exited"}', true));

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
  ])('answered with %i %s is %s', async (status, type, error) => {
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
  it('puts the function’s answer under Payload, beside what Lambda tells of the call', async () => {
    const { call, seen } = await openService(lambdaSays('[1]'));

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

  it('without a payload, or answered with none, has none', async () => {
    const { call, seen } = await openService(() => ({ status: 202, body: '' }));
    const parameters = { FunctionName: 'f', InvocationType: 'Event' };

    const answer = await call(`${states}lambda:invoke`, parameters);

    expect(answer).toMatchObject({ ok: true, result: { StatusCode: 202 } });
    expect(answer).not.toHaveProperty('result.Payload');
    expect(seen[0]).toMatchObject({ body: '', headers: { 'x-amz-invocation-type': 'Event' } });
  });
});

describe('dynamodb', () => {
  it('keeps the names of attributes and types, whichever way it is called', async () => {
    const item = { id: { S: 'a' }, flags: { BOOL: true }, list: { L: [{ N: '1' }] } };
    const { call, seen } = await openService(() => ({ body: { Item: item } }));
    const parameters = { TableName: 't', Key: { id: { S: 'a' } } };

    const optimized = await call(`${states}dynamodb:getItem`, parameters);
    const generic = await call(`${states}aws-sdk:dynamodb:getItem`, parameters);

    expect(optimized).toMatchObject({ ok: true, result: { Item: item } });
    expect(generic).toMatchObject({ ok: true, result: { Item: { id: { S: 'a' } } } });
    expect(seen.map(({ body }) => JSON.parse(body))).toEqual([parameters, parameters]);
  });

  it('fails under its older name where the model does not know the error', async () => {
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

  it('names the execution and its machine in every event', async () => {
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
        'arn:aws:states:local:000000000000:execution:m:n',
        'arn:aws:states:local:000000000000:stateMachine:m',
      ],
    });
  });

  it('fails when an entry failed, with all entries as the cause', async () => {
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
  it('is asked and answers in PascalCase, documents as texts and instants as ISO texts', async () => {
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

  it('fails with the suffix Exception, which its model leaves out', async () => {
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
  const stateOf = (State: string) => ({
    QueryExecution: { QueryExecutionId: 'q-1', Status: { State } },
  });

  /** Athena, whose query goes through `answers`; the last one stays. */
  async function openAthena(answers: readonly ServedAnswer[]) {
    let asked = 0;
    const service = await openService(({ headers }) => {
      if (headers['x-amz-target'] === 'AmazonAthena.StartQueryExecution') {
        return { body: { QueryExecutionId: 'q-1' } };
      }
      asked += 1;
      return answers[Math.min(asked, answers.length) - 1] ?? {};
    });
    /** The answer of the task, while time passes. */
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

  it('is started under the command’s own name, asked for its state, and answers it', async () => {
    const running = { body: stateOf('RUNNING') };
    const { run, seen } = await openAthena([running, running, { body: stateOf('SUCCEEDED') }]);
    let beats = 0;

    const answer = await run({
      heartbeat: () => {
        beats += 1;
      },
    });

    expect(answer).toEqual({ ok: true, result: stateOf('SUCCEEDED') });
    expect(beats).toBe(2);
    const bodies = seen.map(({ body }): unknown => JSON.parse(body));
    expect(bodies[0]).toEqual({ QueryString: 'SELECT 1', ClientRequestToken: 'e:2:0' });
    expect(bodies.slice(1)).toEqual(Array(3).fill({ QueryExecutionId: 'q-1' }));
  });

  it('that fails is States.TaskFailed, with all that is told of it as the cause', async () => {
    const { run } = await openAthena([{ body: stateOf('FAILED') }]);

    expect(await run()).toEqual({
      ok: false,
      error: 'States.TaskFailed',
      cause: JSON.stringify(stateOf('FAILED')),
    });
  });

  it('outlives questions that fail, but not ten of them in a row', async () => {
    const backoff = fault(500, 'InternalServerException', 'not now')();
    const nine = Array<ServedAnswer>(9).fill(backoff);
    const patient = await openAthena([...nine, { body: stateOf('SUCCEEDED') }]);
    expect(await patient.run()).toMatchObject({ ok: true });

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
    '<Credentials><AccessKeyId>LENT</AccessKeyId><SecretAccessKey>s</SecretAccessKey>' +
    `<SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials>` +
    '</AssumeRoleResult></AssumeRoleResponse>';

  it('lends the call that role’s credentials', async () => {
    const { call, seen } = await openService(({ body }) =>
      body.includes('AssumeRole')
        ? { headers: { 'content-type': 'text/xml' }, body: assumed }
        : { body: '1' },
    );

    const answer = await call(functionArn, {}, { credentials: { RoleArn } });

    expect(answer).toEqual({ ok: true, result: 1 });
    expect(decodeURIComponent(seen[0]?.body ?? '')).toContain(RoleArn);
    expect(seen[1]?.headers.authorization).toContain('Credential=LENT/');
  });

  it('that may not be assumed fails with States.Permissions', async () => {
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

  it('whose client is installed can be called', () => {
    for (const resource of [
      functionArn,
      `${states}lambda:invoke.waitForTaskToken`,
      `${states}sqs:sendMessage`,
      `${states}aws-sdk:dynamodb:putItem`,
    ]) {
      expect(invoker.refusal({ resource })).toBeNull();
    }
  });

  it('whose client is not installed is refused with the package to add', async () => {
    const resource = `${states}aws-sdk:secretsmanager:getSecretValue`;
    const missing = '@aws-sdk/client-secrets-manager';

    expect(invoker.refusal({ resource })).toBe(
      `the package ${missing} is not installed: npm install ${missing}`,
    );
    expect(await invoker.invoke(invocationOf({ resource }))).toMatchObject({
      ok: false,
      error: 'Millrace.UnknownHandler',
      cause: expect.stringContaining(`npm install ${missing}`),
    });
  });

  it('that is none, or is waited for in a way that is not supported, is refused with a reason', () => {
    const refusal = (resource: string) => invoker.refusal({ resource: `${states}${resource}` });

    expect(refusal('sqs:burnMessage')).toContain('aws-sdk:SERVICE:ACTION');
    expect(refusal('glue:startJobRun.sync')).toContain("'.sync' of glue:startJobRun is not");
    expect(refusal('ecs:runTask.sync')).toContain('@aws-sdk/client-ecs is not installed');
    expect(refusal('nothing')).toContain('is no service of AWS');
  });
});

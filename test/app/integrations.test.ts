/** Apps whose machines call AWS services and HTTPS APIs, and what is loaded for them. */
import { createRequire } from 'node:module';
import { startFauxqs } from 'fauxqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { pointAwsAt } from '../support/aws-environment.ts';
import { serveLocally } from '../support/local-server.ts';
import { openApp } from '../support/open-app.ts';

const { cache } = createRequire(import.meta.url);

/** Returns the files of the AWS SDK that this process has loaded, or the packages themselves. */
function loadedOfAws(): string[] {
  return Object.keys(cache).filter((path) => path.includes('@aws-sdk/client-sqs'));
}

function machineOf(Resource: string, Parameters: JsonObject) {
  const state = { Type: 'Task', Resource, Parameters, End: true };
  return { definition: { StartAt: 'Call', States: { Call: state } } };
}

describe('an app that names an AWS service', () => {
  it('the client of an AWS service is loaded by the first call, and not before', async () => {
    const server = await startFauxqs({ port: 0, logger: false });
    onTestFinished(() => server.stop());
    pointAwsAt(`http://127.0.0.1:${server.port}`);
    server.createQueue('orders');
    const QueueUrl = `http://127.0.0.1:${server.port}/000000000000/orders`;
    const parameters = { QueueUrl, 'MessageBody.$': '$' };
    const app = await openApp({
      machines: {
        send: machineOf('arn:aws:states:::sqs:sendMessage', parameters),
        plain: machineOf('work', {}),
      },
      handlers: { work: () => 1 },
    });

    expect(await app.machine('plain').execute({})).toMatchObject({ output: 1 });
    expect(loadedOfAws()).toEqual([]);

    const { status, output } = await app.machine('send').execute({ order: 7 });
    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ MessageId: expect.any(String) });
    expect(loadedOfAws()).not.toEqual([]);
    expect(server.inspectQueue('orders')?.messages.ready[0]?.body).toBe('{"order":7}');
  });

  it('a machine whose integration the configuration does not allow is refused', async () => {
    const resource = 'arn:aws:states:::aws-sdk:sqs:deleteQueue';
    const app = await openApp({
      machines: { m: machineOf(resource, {}) },
      integrations: ['sqs:sendMessage'],
    });

    await expect(app.machine('m').execute({})).rejects.toMatchObject({
      code: 'UNKNOWN_HANDLER',
      message: expect.stringContaining("add 'aws-sdk:sqs:deleteQueue' to integrations"),
    });
  });

  it('a machine whose AWS client is not installed is refused before its first execution', async () => {
    const resource = 'arn:aws:states:::aws-sdk:glue:getJob';
    const app = await openApp({ machines: { m: machineOf(resource, {}) } });

    await expect(app.machine('m').execute({})).rejects.toMatchObject({
      code: 'UNKNOWN_HANDLER',
      message: expect.stringContaining('npm install @aws-sdk/client-glue'),
    });
  });
});

describe('an app that names an HTTPS API', () => {
  const connected = (ApiEndpoint: string) =>
    machineOf('arn:aws:states:::http:invoke', {
      ApiEndpoint,
      Method: 'GET',
      Authentication: { ConnectionArn: 'arn:aws:events:eu-central-1:1:connection/shop/81210c42' },
    });

  it('an HTTPS API is called with the connection of the configuration', async () => {
    const api = await serveLocally(() => ({ body: 'fine' }));
    const app = await openApp({
      machines: { m: connected(`${api.url}/orders`) },
      connections: { shop: { origins: [api.url], headers: { authorization: 'Bearer 7' } } },
      privateHosts: ['127.0.0.1'],
    });

    const { output } = await app.machine('m').execute({});

    expect(output).toMatchObject({ StatusCode: 200, ResponseBody: 'fine' });
    expect(api.seen[0]?.headers.authorization).toBe('Bearer 7');
  });

  it('an address of this machine is refused before the first execution', async () => {
    const definition = machineOf('arn:aws:states:::http:invoke', {
      ApiEndpoint: 'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
      Method: 'GET',
    });
    const app = await openApp({ machines: { m: definition } });

    await expect(app.machine('m').execute({})).rejects.toMatchObject({
      code: 'UNKNOWN_HANDLER',
      message: expect.stringContaining('127.0.0.1:9001 has a private address'),
    });
  });

  it('a machine whose connection is missing is refused before its first execution', async () => {
    const app = await openApp({ machines: { m: connected('https://example.com/') } });

    await expect(app.machine('m').execute({})).rejects.toMatchObject({
      code: 'UNKNOWN_HANDLER',
      message: expect.stringContaining("no connection is named 'shop' (known: none)"),
    });
  });
});

/** Machines, versions, aliases and tags, through the SDK for JavaScript. */
import * as sfn from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { rejection } from '../support/rejection.ts';
import { openEndpoint } from './open-endpoint.ts';

const roleArn = 'arn:aws:iam::000000000000:role/any';
const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
const stateMachineArn = arnOf('order');

function definitionOf(result: unknown): string {
  return JSON.stringify({
    StartAt: 'A',
    States: { A: { Type: 'Pass', Result: result, End: true } },
  });
}

const order = { name: 'order', definition: definitionOf(1), roleArn };

async function withMachine(members: Partial<sfn.CreateStateMachineCommandInput> = {}) {
  const opened = await openEndpoint();
  await opened.client.send(new sfn.CreateStateMachineCommand({ ...order, ...members }));
  return opened;
}

describe('a machine', () => {
  it('the answers to a whole life are those of the API', async () => {
    const { client } = await openEndpoint();

    const created = await client.send(new sfn.CreateStateMachineCommand(order));
    const again = await client.send(new sfn.CreateStateMachineCommand(order));
    const updated = await client.send(
      new sfn.UpdateStateMachineCommand({ stateMachineArn, definition: definitionOf(2) }),
    );
    const described = await client.send(new sfn.DescribeStateMachineCommand({ stateMachineArn }));
    const listed = await client.send(new sfn.ListStateMachinesCommand({}));
    await client.send(new sfn.DeleteStateMachineCommand({ stateMachineArn }));
    const gone = await rejection(
      client.send(new sfn.DescribeStateMachineCommand({ stateMachineArn })),
    );

    expect(again.creationDate).toEqual(created.creationDate);
    expect(described).toMatchObject({
      stateMachineArn,
      status: 'ACTIVE',
      type: 'STANDARD',
      roleArn,
      definition: definitionOf(2),
      revisionId: updated.revisionId,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
    expect(listed.stateMachines).toMatchObject([{ stateMachineArn, name: 'order' }]);
    expect(gone).toBeInstanceOf(sfn.StateMachineDoesNotExist);
    expect(gone.message).toBe(`State Machine Does Not Exist: '${stateMachineArn}'`);
  });

  it('settings that are those without any are the same request', async () => {
    const { client } = await withMachine();

    const same = client.send(
      new sfn.CreateStateMachineCommand({
        ...order,
        loggingConfiguration: {},
        tracingConfiguration: { enabled: false },
        encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
      }),
    );

    await expect(same).resolves.toMatchObject({ stateMachineArn });
  });

  it('an update keeps what it does not name, and the default that it names is set again', async () => {
    const { client } = await withMachine();
    const logGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:order:*';
    const loggingConfiguration: sfn.LoggingConfiguration = {
      level: 'ALL',
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
    };
    const update = async (members: Partial<sfn.UpdateStateMachineCommandInput>) => {
      await client.send(new sfn.UpdateStateMachineCommand({ stateMachineArn, ...members }));
      return client.send(new sfn.DescribeStateMachineCommand({ stateMachineArn }));
    };

    const named = await update({ tracingConfiguration: { enabled: false } });
    const logged = await update({ loggingConfiguration, tracingConfiguration: { enabled: true } });
    const kept = await update({ definition: definitionOf(2) });
    const unset = await update({ loggingConfiguration: { level: 'OFF' } });

    expect(named.revisionId).toBeUndefined();
    expect(logged).toMatchObject({ loggingConfiguration, tracingConfiguration: { enabled: true } });
    expect(kept).toMatchObject({ loggingConfiguration, tracingConfiguration: { enabled: true } });
    expect(unset).toMatchObject({
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: true },
      definition: definitionOf(2),
    });
  });

  it('metadata alone has no definition and no references of variables', async () => {
    const { client } = await withMachine();

    const described = await client.send(
      new sfn.DescribeStateMachineCommand({ stateMachineArn, includedData: 'METADATA_ONLY' }),
    );

    expect(described.definition).toBe('{}');
  });

  it('pages of machines go on with a token, which no other operation takes', async () => {
    const { client } = await withMachine();
    for (const name of ['p', 'q', 'r', 's']) {
      await client.send(new sfn.CreateStateMachineCommand({ ...order, name }));
    }

    const names: (string | undefined)[] = [];
    for await (const page of sfn.paginateListStateMachines({ client, pageSize: 2 }, {})) {
      names.push(...(page.stateMachines ?? []).map(({ name }) => name));
    }
    const { nextToken } = await client.send(new sfn.ListStateMachinesCommand({ maxResults: 1 }));
    const foreign = await rejection(client.send(new sfn.ListActivitiesCommand({ nextToken })));

    // Those of the same millisecond are listed by their names.
    expect(names).toEqual(['order', 'p', 'q', 'r', 's']);
    expect(foreign).toBeInstanceOf(sfn.InvalidToken);
  });

  it('a machine of the configuration is shown and is not changed here', async () => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Succeed' } } } as const;
    const { client } = await openEndpoint({ config: { machines: { order: { definition } } } });

    const change = client.send(
      new sfn.UpdateStateMachineCommand({ stateMachineArn, definition: definitionOf(2) }),
    );
    const deletion = client.send(new sfn.DeleteStateMachineCommand({ stateMachineArn }));

    for (const error of [await rejection(change), await rejection(deletion)]) {
      expect(error).toBeInstanceOf(sfn.ValidationException);
      expect(error.message).toContain('millrace.config.ts');
    }
    await client.send(new sfn.PublishStateMachineVersionCommand({ stateMachineArn }));
    const { status } = await client.send(
      new sfn.DescribeStateMachineCommand({ stateMachineArn: `${stateMachineArn}:1` }),
    );
    expect(status).toBe('ACTIVE');
  });

  it('the calls of Terraform for a machine get the answers that it waits for', async () => {
    const { client } = await openEndpoint();
    const read = async () => {
      const { definition } = await client.send(
        new sfn.DescribeStateMachineCommand({ stateMachineArn }),
      );
      await client.send(new sfn.ListStateMachineVersionsCommand({ stateMachineArn }));
      await client.send(new sfn.ListTagsForResourceCommand({ resourceArn: stateMachineArn }));
      return definition;
    };
    const plan = (definition: string) =>
      client.send(new sfn.ValidateStateMachineDefinitionCommand({ definition }));

    await plan(order.definition);
    expect(await plan(order.definition)).toMatchObject({ result: 'OK', diagnostics: [] });
    await client.send(new sfn.CreateStateMachineCommand({ ...order, publish: false, tags: [] }));
    expect(await read()).toBe(order.definition);
    await plan(definitionOf(2));
    await client.send(
      new sfn.UpdateStateMachineCommand({ stateMachineArn, definition: definitionOf(2), roleArn }),
    );
    expect(await read()).toBe(definitionOf(2));
    await client.send(new sfn.DeleteStateMachineCommand({ stateMachineArn }));
    expect(await rejection(read())).toBeInstanceOf(sfn.StateMachineDoesNotExist);
  });
});

describe('a version and an alias', () => {
  it('an alias routes to versions, and guards them against deletion', async () => {
    const { client } = await withMachine({ publish: true, versionDescription: 'first' });
    await client.send(
      new sfn.UpdateStateMachineCommand({
        stateMachineArn,
        definition: definitionOf(2),
        publish: true,
      }),
    );
    const versionArn = (number: number) => `${stateMachineArn}:${number}`;
    const routingConfiguration = [
      { stateMachineVersionArn: versionArn(1), weight: 90 },
      { stateMachineVersionArn: versionArn(2), weight: 10 },
    ];

    const alias = await client.send(
      new sfn.CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }),
    );
    const versions = await client.send(
      new sfn.ListStateMachineVersionsCommand({ stateMachineArn }),
    );
    const stateMachineAliasArn = alias.stateMachineAliasArn ?? '';
    const described = await client.send(
      new sfn.DescribeStateMachineAliasCommand({ stateMachineAliasArn }),
    );
    const byVersion = await client.send(
      new sfn.ListStateMachineAliasesCommand({ stateMachineArn: versionArn(2) }),
    );
    const guarded = await rejection(
      client.send(
        new sfn.DeleteStateMachineVersionCommand({ stateMachineVersionArn: versionArn(1) }),
      ),
    );

    expect(versions.stateMachineVersions?.map((each) => each.stateMachineVersionArn)).toEqual([
      versionArn(2),
      versionArn(1),
    ]);
    expect(described).toMatchObject({ name: 'live', routingConfiguration });
    expect(byVersion.stateMachineAliases).toMatchObject([{ stateMachineAliasArn }]);
    expect(guarded).toBeInstanceOf(sfn.ConflictException);
    expect(guarded.message).toContain('[live]');
    await client.send(
      new sfn.UpdateStateMachineAliasCommand({ stateMachineAliasArn, description: 'stable' }),
    );
    await client.send(new sfn.DeleteStateMachineAliasCommand({ stateMachineAliasArn }));
    await client.send(
      new sfn.DeleteStateMachineVersionCommand({ stateMachineVersionArn: versionArn(1) }),
    );
    const absent = client.send(new sfn.DescribeStateMachineAliasCommand({ stateMachineAliasArn }));
    expect(await rejection(absent)).toBeInstanceOf(sfn.ResourceNotFound);
  });
});

describe('tags', () => {
  it('a tag replaces one of the same key, and fifty are the limit', async () => {
    const { client } = await withMachine({ tags: [{ key: 'team', value: 'a' }] });
    const resourceArn = stateMachineArn;

    const tag = (tags: sfn.Tag[]) => client.send(new sfn.TagResourceCommand({ resourceArn, tags }));
    await tag([
      { key: 'team', value: 'b' },
      { key: 'cost', value: '' },
    ]);
    await client.send(new sfn.UntagResourceCommand({ resourceArn, tagKeys: ['cost', 'none'] }));
    const listed = await client.send(new sfn.ListTagsForResourceCommand({ resourceArn }));
    const many = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}`, value: '' }));

    expect(listed.tags).toEqual([{ key: 'team', value: 'b' }]);
    expect(await rejection(tag(many))).toBeInstanceOf(sfn.TooManyTags);
    expect(
      await rejection(
        client.send(new sfn.ListTagsForResourceCommand({ resourceArn: arnOf('none') })),
      ),
    ).toBeInstanceOf(sfn.ResourceNotFound);
  });
});

describe('a refusal', () => {
  const other = definitionOf('other');
  const foreign = 'arn:aws:states:eu-west-1:123456789012:stateMachine:order';

  it.each<[string, unknown, string, object]>([
    ['a bad name', sfn.InvalidName, 'CreateStateMachine', { ...order, name: 'a b' }],
    [
      'another definition',
      sfn.StateMachineAlreadyExists,
      'CreateStateMachine',
      { ...order, definition: other },
    ],
    [
      'a faulty definition',
      sfn.InvalidDefinition,
      'CreateStateMachine',
      { ...order, name: 'n', definition: '{}' },
    ],
    [
      'a definition that is no JSON',
      sfn.InvalidDefinition,
      'CreateStateMachine',
      { ...order, name: 'n', definition: '{' },
    ],
    [
      'a role that is no ARN',
      sfn.InvalidArn,
      'CreateStateMachine',
      { ...order, name: 'n', roleArn: 'role' },
    ],
    [
      'a log without a group',
      sfn.InvalidLoggingConfiguration,
      'CreateStateMachine',
      { ...order, name: 'n', loggingConfiguration: { level: 'ALL' } },
    ],
    [
      'a key without its id',
      sfn.InvalidEncryptionConfiguration,
      'CreateStateMachine',
      { ...order, name: 'n', encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY' } },
    ],
    [
      'a description without publish',
      sfn.ValidationException,
      'CreateStateMachine',
      { ...order, name: 'n', versionDescription: 'x' },
    ],
    [
      'an update of nothing',
      sfn.MissingRequiredParameter,
      'UpdateStateMachine',
      { stateMachineArn },
    ],
    [
      'an unknown machine',
      sfn.StateMachineDoesNotExist,
      'UpdateStateMachine',
      { stateMachineArn: arnOf('none'), roleArn },
    ],
    ['a text that is no ARN', sfn.InvalidArn, 'DescribeStateMachine', { stateMachineArn: 'order' }],
    [
      'an ARN of an execution',
      sfn.InvalidArn,
      'DescribeStateMachine',
      { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:execution:a:b' },
    ],
    [
      'an ARN of another account',
      sfn.StateMachineDoesNotExist,
      'DescribeStateMachine',
      { stateMachineArn: foreign },
    ],
    [
      'an ARN of a Map state',
      sfn.ValidationException,
      'DescribeStateMachine',
      { stateMachineArn: `${stateMachineArn}/map` },
    ],
    [
      'an unknown version',
      sfn.StateMachineDoesNotExist,
      'DescribeStateMachine',
      { stateMachineArn: `${stateMachineArn}:7` },
    ],
    [
      'another revision',
      sfn.ConflictException,
      'PublishStateMachineVersion',
      { stateMachineArn, revisionId: 'other' },
    ],
    [
      'weights that do not add up',
      sfn.ValidationException,
      'CreateStateMachineAlias',
      {
        name: 'a',
        routingConfiguration: [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 50 }],
      },
    ],
    [
      'an alias of an unknown version',
      sfn.ResourceNotFound,
      'CreateStateMachineAlias',
      {
        name: 'a',
        routingConfiguration: [{ stateMachineVersionArn: `${stateMachineArn}:9`, weight: 100 }],
      },
    ],
    [
      'tags of an execution',
      sfn.InvalidArn,
      'ListTagsForResource',
      { resourceArn: 'arn:aws:states:us-east-1:000000000000:execution:a:b' },
    ],
  ])('%s is a typed exception of the SDK', async (_, type, operation, members) => {
    const { client } = await withMachine({ publish: true });
    const command = Reflect.get(sfn, `${operation}Command`);

    const error = await rejection(client.send(new command(members)));

    expect(error).toBeInstanceOf(type);
    expect(error.message).not.toBe('');
  });

  it('deleting what is not there succeeds', async () => {
    const { client } = await openEndpoint();

    await client.send(new sfn.DeleteStateMachineCommand({ stateMachineArn: arnOf('none') }));
    await client.send(new sfn.DeleteStateMachineCommand({ stateMachineArn: foreign }));
    await client.send(
      new sfn.DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arnOf('none')}:1` }),
    );
    await client.send(
      new sfn.DeleteStateMachineAliasCommand({ stateMachineAliasArn: `${arnOf('none')}:live` }),
    );
    await client.send(
      new sfn.DeleteActivityCommand({
        activityArn: 'arn:aws:states:us-east-1:000000000000:activity:none',
      }),
    );
  });
});

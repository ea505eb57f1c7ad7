/** Whole rehearsals of a small assembly: each mistake in a template fails one. */
import { describe, expect, it } from 'vitest';
import { callSqs, publishEvents } from '../../rehearsal/aws-proxy/proxy-client.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';
import type { RehearsalReport } from '../../rehearsal/report/report.ts';
import type { ScenarioStep } from '../../rehearsal/scenario/scenario-step.ts';
import { type SmallResources, writeSmallAssembly } from '../support/small-assembly.ts';

/** Sends a message and an event, and waits until the worker has forwarded both. */
const forwardStep: ScenarioStep = {
  name: 'the worker forwards messages and events',
  run: async (context) => {
    const { deployment } = context;
    const { operator, resolution, backends } = deployment;
    const named = (id: string) => {
      const found = resolution.resources.find(({ logicalId }) => logicalId === id);
      if (found === undefined) throw new Error(`there is no ${id}`);
      return resolution.nameOf(found);
    };
    const message = { QueueUrl: named('In').ref, MessageBody: 'a message' };
    await callSqs(operator, 'SendMessage', message);
    const event = { EventBusName: named('Bus').ref, Source: 'a test', DetailType: 'requested' };
    await publishEvents(operator, [{ ...event, Detail: '{"an":"event"}' }]);
    await context.waitUntil('both are forwarded', 20_000, async () => {
      const out = backends.fauxqs.inspectQueue(named('Out').attributes.QueueName ?? '');
      return (out?.messages.ready.length ?? 0) >= 2 ? true : null;
    });
    return 'a message and an event';
  },
};

async function rehearseWith(change: (resources: SmallResources) => void): Promise<RehearsalReport> {
  const folder = await writeSmallAssembly(change);
  const interrupted = new AbortController().signal;
  return await rehearse({ assembly: folder, folder, interrupted, steps: [forwardStep] });
}

/** Returns the properties of a resource, to change them. */
function propertiesOf(resources: SmallResources, id: string): Record<string, unknown> {
  const resource = resources[id];
  if (resource === undefined) throw new Error(`there is no ${id}`);
  return resource.Properties;
}

it('a rehearsal of correct templates passes, and reports how each resource was used', async () => {
  const report = await rehearseWith(() => {});

  expect(report.problems).toEqual([]);
  expect(report.passed).toBe(true);
  const how = Object.fromEntries(report.resources.map((each) => [each.id, each]));
  expect(how['Stack/Out']).toMatchObject({ verdict: 'exercised' });
  expect(how['Stack/Out']?.how).toContain('sqs:SendMessage by Worker × 2');
  expect(how['Stack/Rule']).toMatchObject({ verdict: 'exercised' });
  expect(how['Stack/OtherDead']).toMatchObject({ verdict: 'not exercised' });
  expect(report.unusedPermissions).toEqual([]);
});

describe('a rehearsal of broken templates', () => {
  it.each<[string, (resources: SmallResources) => void, RegExp]>([
    [
      'a topic whose policy does not let CloudWatch publish an alarm',
      (resources) => {
        resources.Topic = { Type: 'AWS::SNS::Topic', Properties: {} };
        resources.Alarm = {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: { AlarmActions: [{ Ref: 'Topic' }] },
        };
      },
      /Stack\/Alarm.*sns:Publish.*let the topic's policy allow cloudwatch/s,
    ],
    [
      'a grant is missing',
      (resources) => {
        delete resources.Send;
      },
      /Stack\/Worker: .*not authorized to perform: sqs:SendMessage.*let its role sqs:SendMessage/s,
    ],
    [
      'a variable is missing',
      (resources) => {
        propertiesOf(resources, 'Worker').Environment = { Variables: {} };
      },
      /Stack\/Worker: failed with Error: OUT_QUEUE_URL is not set/,
    ],
    [
      'a RedrivePolicy points at the wrong queue',
      (resources) => {
        const deadLetterTargetArn = { 'Fn::GetAtt': ['OtherDead', 'Arn'] };
        propertiesOf(resources, 'In').RedrivePolicy = { deadLetterTargetArn, maxReceiveCount: 5 };
      },
      /Stack\/In: .*point it at Dead/,
    ],
    [
      'ReportBatchItemFailures is off',
      (resources) => {
        delete propertiesOf(resources, 'Mapping').FunctionResponseTypes;
      },
      /Stack\/Mapping: .*no ReportBatchItemFailures/,
    ],
    [
      'a visibility timeout is too short',
      (resources) => {
        propertiesOf(resources, 'In').VisibilityTimeout = 30;
      },
      /Stack\/Mapping: the queue's VisibilityTimeout of 30 s is less than 60 s/,
    ],
    [
      'a permission for a rule is missing',
      (resources) => {
        delete resources.Permission;
      },
      /Stack\/Rule: .*lambda:InvokeFunction.*add an AWS::Lambda::Permission for the rule Rule/s,
    ],
    [
      'a reference points at nothing',
      (resources) => {
        propertiesOf(resources, 'Mapping').EventSourceArn = { 'Fn::GetAtt': ['Gone', 'Arn'] };
      },
      /Stack\/Mapping.*Gone/s,
    ],
    [
      'a Handler is not in its asset',
      (resources) => {
        propertiesOf(resources, 'Worker').Handler = 'main.handler';
      },
      /Stack\/Worker: its Handler 'main\.handler' is not in/,
    ],
  ])('a rehearsal fails and names the resource: %s', async (_, change, expected) => {
    const report = await rehearseWith(change);

    expect(report.passed).toBe(false);
    expect(report.firstCause).toMatch(expected);
  });
});

it('an interrupted rehearsal destroys the deployment and has no result', async () => {
  const folder = await writeSmallAssembly(() => {});
  const interruption = new AbortController();
  const waitStep: ScenarioStep = {
    name: 'a condition is met that never is',
    run: async (context) => {
      interruption.abort();
      return await context.waitUntil<string>('it is met', 60_000, async () => null);
    },
  };
  const steps: string[] = [];

  const run = rehearse({
    assembly: folder,
    folder,
    interrupted: interruption.signal,
    steps: [waitStep],
    onStep: ({ name }) => steps.push(name),
  });

  await expect(run).rejects.toMatchObject({ code: 'STOPPED' });
  expect(steps.at(-1)).toBe('the deployment is destroyed');
});

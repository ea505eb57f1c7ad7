/** PutEvents, and what the targets of rules receive. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import {
  createEnvelope,
  type EventEnvelope,
  objectCreatedEvent,
} from '../../../rehearsal/services/event-envelope.ts';
import { matchRules, readEventRules } from '../../../rehearsal/services/event-rules.ts';
import { eventsService } from '../../../rehearsal/services/events-service.ts';
import { allow } from '../../support/access.ts';
import { resolveStack } from '../../support/assembly.ts';
import { openAwsProxy } from '../../support/aws-proxy-harness.ts';

const metadata = { id: 'id-1', account: '000000000000', region: 'us-east-1', atMs: 5_000 };

async function open() {
  const seen: [bus: string, event: EventEnvelope, isLost: boolean][] = [];
  const events = eventsService({
    buses: new Set(['own']),
    now: () => 5_000,
    onEvent: (...event) => seen.push(event),
  });
  const opened = await openAwsProxy({
    statements: [allow('events:PutEvents')],
    backends: { events },
  });
  return { seen, client: new EventBridgeClient(opened.client) };
}

const entry = { Source: 'millrace', DetailType: 'a', Detail: '{"b":1}', EventBusName: 'own' };

describe('PutEvents', () => {
  it('PutEvents puts each entry into an envelope and publishes it', async () => {
    const { client, seen } = await open();

    const answer = await client.send(
      new PutEventsCommand({ Entries: [entry, { ...entry, Resources: ['arn'] }] }),
    );

    expect(answer.FailedEntryCount).toBe(0);
    expect(seen).toEqual([
      [
        'own',
        {
          version: '0',
          id: answer.Entries?.[0]?.EventId,
          source: 'millrace',
          'detail-type': 'a',
          account: '000000000000',
          region: 'us-east-1',
          time: '1970-01-01T00:00:05Z',
          resources: [],
          detail: { b: 1 },
        },
        false,
      ],
      ['own', expect.objectContaining({ resources: ['arn'] }), false],
    ]);
  });

  it('PutEvents reports invalid entries one by one, in the order of the request', async () => {
    const { client, seen } = await open();

    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Detail: '[1]' },
          entry,
          { ...entry, Source: undefined },
          { ...entry, Source: 'aws.s3' },
        ],
      }),
    );

    expect(answer.FailedEntryCount).toBe(3);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'MalformedDetail',
      undefined,
      'InvalidArgument',
      'NotAuthorizedForSourceException',
    ]);
    expect(seen).toHaveLength(1);
  });

  it('PutEvents to a missing bus succeeds as on AWS, and the event is reported as lost', async () => {
    const { client, seen } = await open();

    const answer = await client.send(
      new PutEventsCommand({ Entries: [{ ...entry, EventBusName: 'absent' }] }),
    );

    expect(answer.FailedEntryCount).toBe(0);
    expect(seen).toMatchObject([['absent', {}, true]]);
  });

  it('PutEvents refuses too many and too large entries', async () => {
    const { client } = await open();
    const large = { ...entry, Detail: JSON.stringify('x'.repeat(600_000)) };

    for (const Entries of [Array.from({ length: 11 }, () => entry), [large, large]]) {
      await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
        name: 'ValidationException',
      });
    }
  });
});

describe('a rule of EventBridge', () => {
  const rule = (more: Readonly<Record<string, Json>>) => ({
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern: { source: ['millrace'] }, ...more },
  });
  const event = createEnvelope(metadata, 'millrace', 'a', {
    items: [{ name: 'Ada "A"' }],
    count: 2,
  });

  /** Returns what the targets of one rule receive for the event. */
  async function inputs(...targets: Json[]): Promise<Json[]> {
    const resolution = await resolveStack({
      Rule: rule({ Targets: targets, Name: 'rule', EventBusName: 'own' }),
    });
    return matchRules(readEventRules(resolution), 'own', event).map(({ input }) => input);
  }

  it('a rule sends matching events of its own bus to its targets', async () => {
    const resolution = await resolveStack({
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'own' } },
      Own: rule({ EventBusName: { Ref: 'Bus' }, Name: 'own', Targets: [{ Id: '1', Arn: 'a' }] }),
      Default: rule({ Targets: [{ Id: '1', Arn: 'b' }] }),
      Off: rule({ EventBusName: { Ref: 'Bus' }, State: 'DISABLED', Targets: [{ Arn: 'c' }] }),
      Timed: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)' } },
    });
    const rules = readEventRules(resolution);

    expect(matchRules(rules, 'own', event)).toMatchObject([
      {
        rule: { id: 'Stack/Own', arn: 'arn:aws:events:us-east-1:000000000000:rule/own/own' },
        target: { Arn: 'a' },
        input: event,
      },
    ]);
    expect(matchRules(rules, 'default', event).map(({ target }) => target.Arn)).toEqual(['b']);
    expect(matchRules(rules, 'own', { ...event, source: 'other' })).toEqual([]);
  });

  it('a target receives a constant, a part of the event, or a filled template', async () => {
    const InputTransformer = {
      InputPathsMap: {
        name: '$.detail.items[0].name',
        count: '$.detail.count',
        none: '$.detail.x',
      },
      InputTemplate:
        '{"text":"of <name>","value":<name>,"count":<count>,"rule":"<aws.events.rule-name>","none":<none>,"kept":"<other>"}',
    };

    expect(
      await inputs({ Input: '{"a":1}' }, { InputPath: '$.detail.count' }, { InputTransformer }),
    ).toEqual([
      { a: 1 },
      2,
      { text: 'of Ada "A"', value: 'Ada "A"', count: 2, rule: 'rule', none: '', kept: '<other>' },
    ]);
  });

  it('a rule whose filled template is not JSON fails with its ARN', async () => {
    await expect(
      inputs({ InputTransformer: { InputPathsMap: {}, InputTemplate: '{' } }),
    ).rejects.toThrow(/InputTemplate of arn:.*rule\/own\/rule does not result in JSON/);
  });

  it('a rule with an invalid pattern is refused with the path of the mistake', async () => {
    const resolution = await resolveStack({
      Rule: rule({ EventPattern: { source: 'millrace' } }),
    });

    expect(() => readEventRules(resolution)).toThrow(/Stack\/Rule\/EventPattern\/source/);
  });
});

describe('the event of a new object', () => {
  it('the event of a new object is the one that S3 sends', () => {
    const created = { bucket: 'reports', key: 'in/a.csv', size: 3, etag: 'e' };

    const event = objectCreatedEvent(metadata, created, 'PutObject');

    expect(event).toMatchObject({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      resources: ['arn:aws:s3:::reports'],
      detail: {
        bucket: { name: 'reports' },
        object: { key: 'in/a.csv', size: 3, etag: 'e', sequencer: '0000000000001388' },
        reason: 'PutObject',
      },
    });
  });
});

/** Secrets and task tokens in everything that an app shows. */
import { describe, expect, it } from 'vitest';
import { createRedactionRules } from '../../../lib/asl/redaction/redaction-rules.ts';
import { defaultScope } from '../../../lib/engine/arn/aws-scope.ts';
import { toExecutionArn } from '../../../lib/engine/arn/make-arn.ts';
import type { HistoryEvent } from '../../../lib/engine/history-event.ts';
import { writeTaskToken } from '../../../lib/engine/task/task-token.ts';
import { Redactor, withoutTokens } from '../../../lib/operations/execution-view/redactor.ts';

const token = writeTaskToken({
  executionArn: toExecutionArn(defaultScope, 'order', 'a'),
  command: '2:0',
  nonce: 'f'.repeat(32),
});

const head = { id: 3, previousEventId: 2, timestamp: 1 };

describe('a redactor', () => {
  const redactor = new Redactor(createRedactionRules(['$.card']));

  it('the documents of events are redacted, and nothing else of them', () => {
    const scheduled: HistoryEvent = {
      ...head,
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        resource: 'secret',
        resourceType: 'token',
        region: 'local',
        parameters: `{"card": 1, "n": 1.50, "t": "${token}"}`,
      },
    };
    const exited: HistoryEvent = {
      ...head,
      type: 'PassStateExited',
      stateExitedEventDetails: {
        name: 'password',
        output: '{"password":"x"}',
        outputDetails: { truncated: false },
        assignedVariables: { apiKey: '"x"', plain: '{"card":2}' },
      },
    };

    expect(redactor.event(scheduled)).toEqual({
      ...scheduled,
      taskScheduledEventDetails: {
        ...scheduled.taskScheduledEventDetails,
        parameters: '{"card": "[redacted]", "n": 1.50, "t": "[task token]"}',
      },
    });
    expect(redactor.event(exited).stateExitedEventDetails).toEqual({
      name: 'password',
      output: '{"password":"[redacted]"}',
      outputDetails: { truncated: false },
      assignedVariables: { apiKey: '"[redacted]"', plain: '{"card":"[redacted]"}' },
    });
  });

  it('a document that is too large is masked as a whole', () => {
    expect(redactor.value({ text: 'x'.repeat(1_100_000) })).toBe('[redacted]');
    expect(redactor.value({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('an app without rules masks task tokens only', () => {
    const bare = new Redactor(createRedactionRules(false));

    expect(bare.hasRules).toBe(false);
    expect(bare.text(`{"password":"x","t":"${token}"}`)).toBe(
      '{"password":"x","t":"[task token]"}',
    );
  });

  it('task tokens are masked in events that are shown as they are', () => {
    const event: HistoryEvent = {
      ...head,
      type: 'LambdaFunctionScheduled',
      lambdaFunctionScheduledEventDetails: {
        resource: 'ask',
        input: `{"token":"${token}"}`,
        inputDetails: { truncated: false },
      },
    };

    expect(withoutTokens(event).lambdaFunctionScheduledEventDetails?.input).toBe(
      '{"token":"[task token]"}',
    );
  });
});

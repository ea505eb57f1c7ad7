/** What AWS's API answers about a definition. */
import { describe, expect, it } from 'vitest';
import { creationRefusal, validationReply } from '../../lib/asl/aws-validation.ts';

const pass = { Type: 'Pass', End: true };

describe('validationReply', () => {
  it('is OK, without a finding, for a definition that can run', () => {
    const text = JSON.stringify({ StartAt: 'A', States: { A: pass } });

    expect(validationReply(text)).toEqual({ result: 'OK', diagnostics: [], truncated: false });
  });

  it('calls the whole definition / where it lacks a field', () => {
    const { result, diagnostics } = validationReply(JSON.stringify({ States: { A: pass } }));

    expect(result).toBe('FAIL');
    expect(diagnostics).toEqual([
      {
        severity: 'ERROR',
        code: 'SCHEMA_VALIDATION_FAILED',
        message: 'These fields are required: [StartAt]',
        location: '/',
      },
    ]);
  });

  it('names no place where there is no object at all', () => {
    const finding = {
      severity: 'ERROR',
      code: 'SCHEMA_VALIDATION_FAILED',
      message: 'Definition must be a valid JSON object',
    };

    for (const text of ['', '[]', '7']) {
      expect(validationReply(text).diagnostics).toEqual([finding]);
    }
  });

  it('tells where a text stops being JSON', () => {
    expect(validationReply('no json').diagnostics).toMatchObject([
      {
        code: 'INVALID_JSON_DESCRIPTION',
        message: expect.stringContaining("Unrecognized token 'no': was expecting"),
        location: '[Source: (String)"no json"; line: 1, column: 3]',
      },
    ]);
  });
});

describe('validationReply for an EXPRESS machine', () => {
  const calling = (Resource: string) =>
    JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Task', Resource, End: true } } });

  it.each([
    ['arn:aws:states:::sqs:sendMessage.waitForTaskToken', '.waitForTaskToken'],
    ['arn:aws:states:::states:startExecution.sync:2', '.sync:2'],
  ])('refuses %s, which waits', (resource, pattern) => {
    expect(validationReply(calling(resource), 'STANDARD').result).toBe('OK');
    expect(validationReply(calling(resource), 'EXPRESS').diagnostics).toMatchObject([
      { message: expect.stringContaining(`'${pattern}'`), location: '/States/A/Resource' },
    ]);
  });

  it('takes a call that does not wait', () => {
    expect(validationReply(calling('arn:aws:states:::sqs:sendMessage'), 'EXPRESS').result).toBe(
      'OK',
    );
  });
});

describe('creationRefusal', () => {
  it('tells every problem in one message, as CreateStateMachine does', () => {
    const text = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass' } } });
    const refusal = creationRefusal(validationReply(text));

    expect(refusal).toMatch(/^Invalid State Machine Definition: '\w+: .* at \/.*, \w+: .* at \/'$/);
  });

  it('is nothing when the definition can run', () => {
    const text = JSON.stringify({ StartAt: 'A', States: { A: pass } });

    expect(creationRefusal(validationReply(text))).toBeUndefined();
  });
});

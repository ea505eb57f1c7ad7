/** Validation in the format of AWS's ValidateStateMachineDefinition. */
import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../../../lib/asl/validate/aws-validation.ts';

const pass = { Type: 'Pass', End: true };
const unfinished = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } };

describe('validateDefinition', () => {
  it('a valid definition is OK and has no diagnostics', () => {
    const definition = { StartAt: 'A', States: { A: pass } };
    const reply = { result: 'OK', diagnostics: [], truncated: false };

    expect(validateDefinition(JSON.stringify(definition))).toEqual(reply);
    expect(validateDefinition(definition)).toEqual(reply);
  });

  it('a definition that lacks a field has the location /', () => {
    const { result, diagnostics } = validateDefinition({ States: { A: pass } });

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

  it('a definition that is not an object has no location', () => {
    const diagnostic = {
      severity: 'ERROR',
      code: 'SCHEMA_VALIDATION_FAILED',
      message: 'Definition must be a valid JSON object',
    };

    for (const text of ['', '[]', '7']) {
      expect(validateDefinition(text).diagnostics).toEqual([diagnostic]);
    }
  });

  it('locations have indexes in brackets and unescaped names', () => {
    const choice = {
      Type: 'Choice',
      Choices: [{ Variable: '$.a', IsNull: true, Next: 'gone' }],
      Default: '0/~',
    };
    const states = { 'a/b': choice, '0/~': { Type: 'Wait', Seconds: -1, End: true } };
    const { diagnostics } = validateDefinition({ StartAt: 'a/b', States: states });

    expect(diagnostics.map(({ location }) => location)).toEqual(
      ['/States/0/~/Seconds', '/States/a/b/Choices[0]/Next'].toSorted(),
    );
  });

  it('a JSON syntax error has its position in the source', () => {
    expect(validateDefinition('no json').diagnostics).toMatchObject([
      {
        code: 'INVALID_JSON_DESCRIPTION',
        message: expect.stringContaining("Unrecognized token 'no': was expecting"),
        location: '[Source: (String)"no json"; line: 1, column: 3]',
      },
    ]);
  });

  it('a .yaml source is parsed as YAML, and its syntax error has its position', () => {
    const good = 'StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n';

    expect(validateDefinition(good, { source: 'a.yaml' }).result).toBe('OK');
    expect(validateDefinition('A: {', { source: 'a.yml' }).diagnostics).toMatchObject([
      { code: 'INVALID_JSON_DESCRIPTION', location: expect.stringContaining('line: 1') },
    ]);
  });
});

describe('the limits of a reply', () => {
  const warned = { ...unfinished, States: { A: { ...pass, Result: '$.a' } } };

  it('the severity ERROR omits warnings', () => {
    expect(validateDefinition(warned).diagnostics).toMatchObject([
      { severity: 'WARNING', code: 'PASS_RESULT_IS_STATIC', location: '/States/A/Result' },
    ]);
    expect(validateDefinition(warned, { severity: 'ERROR' })).toEqual({
      result: 'OK',
      diagnostics: [],
      truncated: false,
    });
  });

  it('a reply with more diagnostics than maxResults is truncated', () => {
    const one = validateDefinition(unfinished, { maxResults: 1 });

    expect(one).toMatchObject({ result: 'FAIL', truncated: true });
    expect(one.diagnostics).toHaveLength(1);
    expect(validateDefinition(unfinished, { maxResults: 2 }).truncated).toBe(false);
  });

  it.each([0, 101, 1.5])('maxResults %d is rejected', (maxResults) => {
    expect(() => validateDefinition(unfinished, { maxResults })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});

describe('a machine of type EXPRESS', () => {
  const calling = (Resource: string) => ({
    StartAt: 'A',
    States: { A: { Type: 'Task', Resource, End: true } },
  });

  it.each([
    ['arn:aws:states:::sqs:sendMessage.waitForTaskToken', '.waitForTaskToken'],
    ['arn:aws:states:::states:startExecution.sync:2', '.sync:2'],
    ['arn:aws:states:eu-west-1:111122223333:activity:approve', 'Activity ARN'],
  ])('an EXPRESS machine cannot have the resource %s, which waits', (resource, expected) => {
    expect(validateDefinition(calling(resource)).result).toBe('OK');
    expect(validateDefinition(calling(resource), { type: 'EXPRESS' }).diagnostics).toMatchObject([
      { message: expect.stringContaining(expected), location: '/States/A/Resource' },
    ]);
  });

  it('an EXPRESS machine may have a call that does not wait', () => {
    const definition = calling('arn:aws:states:::sqs:sendMessage');

    expect(validateDefinition(definition, { type: 'EXPRESS' }).result).toBe('OK');
  });
});

describe("AWS's own language", () => {
  it('the Message state is unknown without the extensions', () => {
    const message = { Type: 'Message', CorrelationKey: 'paid', End: true };
    const definition = { StartAt: 'M', States: { M: message } };

    expect(validateDefinition(definition).result).toBe('OK');
    expect(validateDefinition(definition, { extensions: false }).diagnostics).toMatchObject([
      {
        message:
          "The field 'Type' should have one of these values: " +
          '[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]',
        location: '/States/M/Type',
      },
    ]);
  });
});

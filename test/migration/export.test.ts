/** Definitions that go to Step Functions. */
import { describe, expect, it } from 'vitest';
import { exportDefinition } from '../../lib/migration/export-definition.ts';

const definition = {
  $schema: 'https://example.com/definition.schema.json',
  StartAt: 'Charge',
  States: {
    Charge: { Type: 'Task', Resource: 'charge-card', Next: 'Start' },
    Start: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: { StateMachineArn: 'ship', 'Input.$': '$' },
      End: true,
    },
  },
};
const standard = { type: 'STANDARD' as const };

describe('exportDefinition', () => {
  it('handlers and machines become substitutions, and nothing else changes', () => {
    const exported = exportDefinition(definition, standard);

    expect(exported).toMatchObject({
      definition: {
        StartAt: 'Charge',
        States: {
          Charge: { Resource: `\${ChargeCardFunctionArn}`, Next: 'Start' },
          Start: { Parameters: { StateMachineArn: `\${ShipStateMachineArn}`, 'Input.$': '$' } },
        },
      },
      substitutions: { ChargeCardFunctionArn: 'charge-card', ShipStateMachineArn: 'ship' },
      problems: [],
    });
    expect(exported.definition).not.toHaveProperty('$schema');
    expect(exported.translations).toHaveLength(2);
  });

  it('handlers and machines become ARNs with a region and an account', () => {
    const target = { ...standard, region: 'eu-west-1', account: '111122223333' };

    expect(exportDefinition(definition, target)).toMatchObject({
      definition: {
        States: {
          Charge: { Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:charge-card' },
          Start: {
            Parameters: {
              StateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:ship',
            },
          },
        },
      },
      substitutions: {},
    });
  });

  it('a state that only Millrace has is refused with what to use instead', () => {
    const { problems } = exportDefinition(
      {
        StartAt: 'Paid',
        States: { Paid: { Type: 'Message', CorrelationKey: 'order', End: true } },
      },
      standard,
    );

    expect(problems).toEqual([
      {
        severity: 'ERROR',
        code: 'UNSUPPORTED_FEATURE',
        message: 'Step Functions has no states that wait for a message',
        location: '/States/Paid',
        detail: expect.stringContaining('.waitForTaskToken'),
      },
    ]);
  });

  it('problems at Step Functions and substitutions of the definition itself are named', () => {
    const { problems } = exportDefinition(
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Task', Resource: `\${Own}`, Next: 'Nowhere' },
        },
      },
      standard,
    );

    expect(problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'ERROR MISSING_TRANSITION_TARGET',
      'ERROR MISSING_END_STATE',
      'WARNING UNRESOLVED_SUBSTITUTION',
    ]);
  });
});

/** Machines of Step Functions that become apps. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseTemplate } from '../../lib/migration/parse-template.ts';
import { planImport } from '../../lib/migration/plan-import.ts';
import { readMachines } from '../../lib/migration/read-machines.ts';

const definition = {
  StartAt: 'Charge',
  States: {
    Charge: { Type: 'Task', Resource: `\${ChargeFunctionArn}`, Next: 'Note' },
    Note: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: { QueueUrl: `\${Queue}`, 'MessageBody.$': '$' },
      End: true,
    },
  },
};

function read(document: Json, values: Readonly<Record<string, string>> = {}, files = {}) {
  const texts = new Map<string, string>(Object.entries(files));
  return readMachines(document, {
    source: 'template.yaml',
    values: new Map(Object.entries(values)),
    readFile: async (path) => texts.get(path) ?? '',
  });
}

describe('parseTemplate', () => {
  it('the tags of CloudFormation are read as its functions', () => {
    const text = [
      `A: !Sub "x-\${B}"`,
      'C: !GetAtt Fn.Arn',
      'D: !Join ["", [a, !Ref B]]',
      'E: !Unknown 1',
      'F: !!str 7',
      'G: &g [1]',
      'H: *g',
    ].join('\n');

    expect(parseTemplate(text, 'a.yaml')).toEqual({
      A: { 'Fn::Sub': `x-\${B}` },
      C: { 'Fn::GetAtt': ['Fn', 'Arn'] },
      D: { 'Fn::Join': ['', ['a', { Ref: 'B' }]] },
      E: { 'Fn::Unknown': '1' },
      F: '7',
      G: [1],
      H: [1],
    });
    expect(() => parseTemplate('a: [', 'a.yaml')).toThrow('cannot read a.yaml, line 1');
  });
});

describe('readMachines', () => {
  it('the answer of describe-state-machine is a machine', async () => {
    const described = {
      stateMachineArn: 'arn:aws:states:eu-west-1:1:stateMachine:order',
      name: 'order',
      type: 'EXPRESS',
      definition: JSON.stringify(definition),
    };

    const [machine] = await read(described, { Queue: 'q' });

    expect(machine).toMatchObject({
      name: 'order',
      type: 'EXPRESS',
      unresolved: ['ChargeFunctionArn'],
      definition: { States: { Note: { Parameters: { QueueUrl: 'q' } } } },
    });
  });

  it('a SAM template resolves its substitutions: functions become handlers', async () => {
    const template = parseTemplate(
      [
        'Resources:',
        '  ChargeFunction: { Type: AWS::Serverless::Function }',
        '  Queue: { Type: AWS::SQS::Queue }',
        '  Order:',
        '    Type: AWS::Serverless::StateMachine',
        '    Properties:',
        '      Type: EXPRESS',
        '      DefinitionUri: order.asl.json',
        '      DefinitionSubstitutions:',
        '        ChargeFunctionArn: !GetAtt ChargeFunction.Arn',
        '        Queue: !Ref Queue',
      ].join('\n'),
      'template.yaml',
    );

    const machines = await read(template, {}, { 'order.asl.json': JSON.stringify(definition) });

    expect(machines).toMatchObject([
      {
        name: 'Order',
        type: 'EXPRESS',
        unresolved: ['Queue'],
        definition: { States: { Charge: { Resource: 'charge' } } },
      },
    ]);
  });

  it('the template of a CDK app has its definition joined, and its functions by their ids', async () => {
    const text = JSON.stringify({
      ...definition,
      States: {
        Charge: {
          Type: 'Task',
          Resource: 'arn:@:states:::lambda:invoke',
          Parameters: { FunctionName: '#', 'Payload.$': '$' },
          End: true,
        },
      },
    });
    const [before = '', middle = '', after = ''] = text.split(/[@#]/);
    const template = {
      Resources: {
        ChargeFn1A2B3C4D: { Type: 'AWS::Lambda::Function', Properties: {} },
        Order5E6F7A8B: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            DefinitionString: {
              'Fn::Join': [
                '',
                [
                  before,
                  { Ref: 'AWS::Partition' },
                  middle,
                  { 'Fn::GetAtt': ['ChargeFn1A2B3C4D', 'Arn'] },
                  after,
                ],
              ],
            },
          },
        },
      },
    };

    const [machine] = await read(template);

    expect(machine).toMatchObject({
      name: 'Order',
      unresolved: [],
      definition: {
        States: {
          Charge: {
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: { FunctionName: 'charge' },
          },
        },
      },
    });
  });

  it('functions whose ids give the same name keep their ids, and an alias stands for its function', async () => {
    const call = (id: string) => ({ Type: 'Task', Resource: { 'Fn::GetAtt': [id, 'Arn'] } });
    const type = 'AWS::Lambda::Function';
    const template = {
      Resources: {
        PayFunction: { Type: type },
        PayLambda: { Type: type },
        ShipFn: { Type: type, Properties: { FunctionName: 'ship-it' } },
        Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'ShipFn' } } },
        Order: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            Definition: {
              StartAt: 'A',
              States: {
                A: { ...call('PayFunction'), Next: 'B' },
                B: { ...call('PayLambda'), Next: 'C' },
                C: { Type: 'Task', Resource: { Ref: 'Live' }, End: true },
              },
            },
          },
        },
      },
    };

    const [machine] = await read(template);

    expect(machine?.definition).toMatchObject({
      States: {
        A: { Resource: 'PayFunction' },
        B: { Resource: 'PayLambda' },
        C: { Resource: 'ship-it' },
      },
    });
  });

  it('a Serverless template names its functions by their keys', async () => {
    const template = {
      functions: { 'charge-card': { handler: 'src/charge.handler' } },
      stepFunctions: {
        stateMachines: {
          order: {
            name: `order-\${sls:stage}`,
            definition: {
              StartAt: 'Charge',
              States: {
                Charge: {
                  Type: 'Task',
                  Resource: { 'Fn::GetAtt': ['charge-card', 'Arn'] },
                  End: true,
                },
              },
            },
          },
        },
      },
    };

    expect(await read(template)).toMatchObject([
      { name: 'order', definition: { States: { Charge: { Resource: 'charge-card' } } } },
    ]);
  });

  it('a document without a machine is refused with what is expected', async () => {
    await expect(read({ Resources: {} })).rejects.toThrow('template.yaml has no state machine');
    await expect(
      read({
        Resources: {
          A: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: { DefinitionS3Location: { Bucket: 'b', Key: 'k' } },
          },
        },
      }),
    ).rejects.toThrow('the machine A has its definition in S3: import the deployed machine');
  });
});

describe('planImport', () => {
  it('the name of a state cannot end the comment in the stub of its handler', async () => {
    const name = '*/ throw 1; /*\n';
    const machines = await read({
      StartAt: name,
      States: { [name]: { Type: 'Task', Resource: 'work', End: true } },
    });

    const stub = planImport(machines).files.find(({ path }) => path.startsWith('handlers/'));

    expect(stub?.content.split('\n').at(2)).toBe(
      '/** Called in template/*\\/ throw 1; /* (work). */',
    );
  });

  it('every Resource becomes a stub of a handler, or is kept', async () => {
    const machines = await read(
      { Name: 'x', ...definition },
      { ChargeFunctionArn: 'arn:aws:lambda:eu-west-1:1:function:delete', Queue: 'q' },
    );

    const plan = planImport(machines);

    expect(plan).toMatchObject({
      machines: [{ name: 'template', unresolved: [] }],
      handlers: [{ name: 'delete', states: ['template/Charge'] }],
      kept: [{ resource: 'arn:aws:states:::sqs:sendMessage', states: ['template/Note'] }],
    });
    expect(plan.files.map(({ path }) => path)).toEqual([
      'template.asl.json',
      'handlers/delete.ts',
      'millrace.config.ts',
    ]);
    expect(plan.files.at(1)?.content).toContain('export const deleteHandler: Handler = async');
    expect(plan.files.at(2)?.content).toBe(
      [
        "import { defineConfig } from 'millrace';",
        "import { deleteHandler } from './handlers/delete.ts';",
        '',
        'export default defineConfig({',
        '  machines: {',
        "    template: { definition: './template.asl.json' },",
        '  },',
        '  handlers: {',
        '    delete: deleteHandler,',
        '  },',
        '});',
        '',
      ].join('\n'),
    );
  });
});

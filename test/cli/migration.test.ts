/** `millrace import`, `export`, `types`, and what `validate` says of substitutions. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { call, folderWith, jsonOf } from './cli-call.ts';

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
const described = JSON.stringify({ name: 'order', definition: JSON.stringify(definition) });

it('validate names each substitution that is not resolved, with its line', async () => {
  const folder = folderWith({ 'order.asl.json': JSON.stringify(definition, null, 2) });

  const text = await call(['validate', 'order.asl.json'], { folder });
  const json = await call(['validate', 'order.asl.json', '--json'], { folder });

  expect(text.status).toBe(0);
  expect(text.stdout).toContain(
    `order.asl.json:6: WARNING /States/Charge/Resource: The substitution \${ChargeFunctionArn} is not resolved`,
  );
  expect(jsonOf(json)).toMatchObject({
    result: 'OK',
    diagnostics: [
      { code: 'UNRESOLVED_SUBSTITUTION', location: '/States/Charge/Resource' },
      { code: 'UNRESOLVED_SUBSTITUTION', location: '/States/Note/Parameters/QueueUrl' },
    ],
  });
});

it('import writes an app that opens, and overwrites nothing', async () => {
  const folder = folderWith({ 'deployed.json': described, 'app/handlers/charge.js': '// mine\n' });
  const words = ['import', 'deployed.json', '--out', 'app', '--language', 'js'];
  const values = ['--set', 'ChargeFunctionArn=charge'];

  const { status, stdout } = await call([...words, ...values], { folder });
  const again = await call([...words, ...values, '--json'], { folder });

  expect(status).toBe(0);
  expect(stdout.trimEnd().split('\n')).toEqual([
    'machine order (STANDARD)',
    'handler charge: called in order/Charge',
    'kept arn:aws:states:::sqs:sendMessage: called in order/Note',
    `unresolved \${Queue} in order: import again with --set Queue=VALUE`,
    'wrote order.asl.json',
    'wrote millrace.config.js',
    'left handlers/charge.js as it is: it exists',
  ]);
  expect(jsonOf(again)).toMatchObject({ written: [], kept: [{}], handlers: [{ name: 'charge' }] });
  expect(readFileSync(join(folder, 'app/handlers/charge.js'), 'utf8')).toBe('// mine\n');
});

it('import refuses a value without a name, and a machine that is not there', async () => {
  const folder = folderWith({ 'deployed.json': described });

  const value = await call(['import', 'deployed.json', '--set', 'x'], { folder });
  const machine = await call(['import', 'deployed.json', '--machine', 'ordr'], { folder });

  expect([value.status, machine.status]).toEqual([2, 2]);
  expect(value.stderr).toContain("--set: expected NAME=VALUE, found 'x'");
  expect(machine.stderr).toContain("no machine is named 'ordr' (found: order)");
  expect(existsSync(join(folder, 'order.asl.json'))).toBe(false);
});

it('export prints what Step Functions takes, and fails when it would refuse it', async () => {
  const folder = folderWith({
    'a.asl.json': JSON.stringify({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: 'work', End: true } },
    }),
    'b.asl.yaml': 'StartAt: B\nStates: { B: { Type: Message, CorrelationKey: k, End: true } }\n',
  });

  const taken = await call(['export', 'a.asl.json'], { folder });
  const refused = await call(['export', 'b.asl.yaml', '--json'], { folder });
  const half = await call(['export', 'a.asl.json', '--region', 'eu-west-1'], { folder });

  expect(taken).toMatchObject({
    status: 0,
    stderr:
      `/States/A/Resource: work is written as \${WorkFunctionArn}\n` +
      'substitution WorkFunctionArn: the ARN that stands for work\n',
  });
  expect(jsonOf(taken)).toMatchObject({ States: { A: { Resource: `\${WorkFunctionArn}` } } });
  expect(refused.status).toBe(1);
  expect(jsonOf(refused)).toMatchObject({ problems: [{ location: '/States/B' }] });
  expect(half.status).toBe(2);
});

it('types writes the names of an app, and --check fails when they have changed', async () => {
  const config = (batch: string) =>
    `export default {
      machines: { order: { definition: ${JSON.stringify({
        StartAt: 'A',
        States: { A: { Type: 'Task', Resource: 'charge', End: true } },
      })} } },
      queues: { fast: 1 },
      batches: { ${batch}: { machine: 'order', source: { kind: 'items', items: [] } } },
    };`;
  const folder = folderWith({
    'a.config.js': config('nightly'),
    'b.config.js': config('daily'),
    'mine.d.ts': 'export {};\n',
  });
  const types = (...words: string[]) => call(['types', ...words], { folder });

  const written = await types('--config', 'a.config.js');
  const same = await types('--config', 'a.config.js', '--check');
  const other = await types('--config', 'b.config.js', '--check');
  const foreign = await types('--config', 'a.config.js', '--out', 'mine.d.ts');

  expect([written.status, same.status, other.status, foreign.status]).toEqual([0, 0, 1, 2]);
  const text = readFileSync(join(folder, 'millrace.types.d.ts'), 'utf8');
  expect(text).toContain('export type BatchName = "nightly";');
  expect(text).toContain('export type QueueName = "fast";');
  expect(text).toMatch(/interface MachineHandlers \{\n {2}readonly "order": "charge";/);
  expect(text).toMatch(/interface MachineInputs \{\n {2}readonly "order": Json;/);
});

/** `millrace machine graph` of a definition in a file. */
import { expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import { markCounts, markVisits } from '../../lib/cli/graph-marks.ts';
import { call, echo, folderWith } from './cli-call.ts';

it('machine graph draws the definition in a file without an app', async () => {
  const folder = folderWith({ 'a.asl.json': echo });

  const text = await call(['machine', 'graph', 'a.asl.json'], { folder });
  const svg = await call(['machine', 'graph', 'a.asl.json', '--svg'], { folder });

  expect(text).toMatchObject({ status: 0, stderr: '' });
  expect(text.stdout).toContain('Echo');
  expect(svg.stdout).toContain('<title>a.asl.json</title>');
});

it('machine graph refuses a definition that is not valid, and --svg with --json', async () => {
  const folder = folderWith({ 'a.json': '{"StartAt":"A","States":{}}', 'b.json': echo });

  const invalid = await call(['machine', 'graph', 'a.json'], { folder });
  const both = await call(['machine', 'graph', 'b.json', '--svg', '--json'], { folder });

  expect([invalid.status, both.status]).toEqual([1, 2]);
  expect(invalid.stderr).toContain("Missing 'Next' target: A");
  expect(invalid.stdout).toBe('');
});

it('machine graph needs a machine, or an execution or batch of one', async () => {
  const { status, stderr } = await call(['machine', 'graph', '--store', 'memory']);

  expect(status).toBe(2);
  expect(stderr).toContain('expected a machine, a file, --execution or --batch');
});

it('machine graph writes a definition as Mermaid and as DOT', async () => {
  const folder = folderWith({ 'a.asl.json': echo });
  const draw = (format: string) =>
    call(['machine', 'graph', 'a.asl.json', '--format', format], { folder });

  expect((await draw('mermaid')).stdout).toContain('s0["Echo<br/>Pass"]');
  expect((await draw('dot')).stdout).toContain('digraph "a.asl.json" {');
  expect((await draw('svg')).stdout).toContain('<title>a.asl.json</title>');
  expect(await draw('png')).toMatchObject({ status: 2 });
});

it('the marks of a graph show the way of an execution, and the counts of a batch', async () => {
  const definition = {
    StartAt: 'Try',
    States: {
      Try: {
        Type: 'Task',
        Resource: 'try',
        Catch: [{ ErrorEquals: ['Odd'], Next: 'Stop' }],
        Next: 'Done',
      },
      Done: { Type: 'Pass', End: true },
      Stop: { Type: 'Fail', Error: 'Stopped' },
    },
  };
  const refuseOdd = (n: number) => {
    if (n % 2 === 1) throw Object.assign(new Error('odd'), { name: 'Odd' });
  };
  const app = await openMillrace({
    config: { machines: { m: { definition } }, handlers: { try: refuseOdd } },
    flags: { store: 'memory', broker: 'memory' },
  });
  onTestFinished(() => app.close());
  await app.machine('m').execute(1, { name: 'odd' });
  const batch = await app.machine('m').executeBulk([1, 2, 4], { retriesMax: 0 });

  const way = await app.executions.states('m:odd');
  const counts = await app.figures.batchStates(batch.id);

  expect(way).toMatchObject({ machineId: 'm', machineVersion: 1 });
  expect([...markVisits(way.states)]).toEqual([
    ['Try', { tone: 'caught', text: 'Odd, caught' }],
    ['Stop', { tone: 'failed', text: 'Stopped' }],
  ]);
  expect([...markCounts(counts.states)]).toEqual([
    ['Try', { tone: 'caught', text: '3 entered, 1 caught' }],
    ['Done', { tone: 'succeeded', text: '2 entered' }],
    ['Stop', { tone: 'failed', text: '1 entered, 1 failed' }],
  ]);
});

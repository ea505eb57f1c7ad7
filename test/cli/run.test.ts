/** `millrace run`: one execution of a definition. */
import { describe, expect, it } from 'vitest';
import { call, echo, folderWith, jsonOf } from './cli-call.ts';

const files = { 'echo.asl.json': echo, 'input.json': '{ "from": "a file" }' };
const run = ['run', 'echo.asl.json', '--store', 'memory'];

const failing = JSON.stringify({
  StartAt: 'No',
  States: { No: { Type: 'Fail', Error: 'Refused', Cause: 'because' } },
});

describe('run', () => {
  it.each([
    ['the words', '{ "from": "words" }', 'words'],
    ['a file', '@input.json', 'a file'],
    ['standard input', '-', 'stdin'],
  ])(
    'millrace run takes its input from %s and prints the output as JSON',
    async (_, input, from) => {
      const folder = folderWith(files);

      const result = await call([...run, '--input', input], {
        folder,
        stdin: '{ "from": "stdin" }',
      });

      expect(result).toMatchObject({ status: 0, stderr: '' });
      expect(jsonOf(result)).toEqual({ from });
    },
  );

  it('millrace run --json prints the execution as one document', async () => {
    const folder = folderWith(files);

    const result = await call([...run, '--json', '--name', 'first', '--input', '[1]'], { folder });

    expect(jsonOf(result)).toEqual({
      executionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'first',
      status: 'SUCCEEDED',
      output: [1],
      error: null,
      cause: null,
    });
  });

  it('millrace run --sync runs an EXPRESS machine and prints the reply of StartSyncExecution', async () => {
    const folder = folderWith(files);
    const sync = [...run, '--sync', '--name', 'once', '--input', '[1]'];

    const asText = await call(sync, { folder });
    const asJson = await call([...sync, '--json'], { folder });

    expect(asText).toMatchObject({ status: 0, stdout: '[\n  1\n]\n' });
    expect(jsonOf(asJson)).toMatchObject({
      executionArn: expect.stringContaining(':express:echo:once:'),
      status: 'SUCCEEDED',
      output: '[1]',
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
  });

  it('millrace run --sync exits with status 1 when the execution fails', async () => {
    const folder = folderWith({ 'no.asl.json': failing });

    const words = ['run', 'no.asl.json', '--store', 'memory', '--sync', '--name', 's'];

    expect(await call(words, { folder })).toMatchObject({
      status: 1,
      stdout: 's FAILED: Refused\nbecause\n',
    });
  });

  it('millrace run returns keys with a special meaning unchanged', async () => {
    const folder = folderWith(files);
    const input = '{"__proto__":{"a":1},"$":2,"constructor":{"prototype":3},"x.$":"$.y","":null}';

    const { stdout, status } = await call([...run, '--input', input], { folder });

    expect(status).toBe(0);
    expect(JSON.stringify(JSON.parse(stdout))).toBe(input);
  });

  it('millrace run exits with status 1 when the execution fails, and prints the error', async () => {
    const folder = folderWith({ 'no.asl.json': failing });
    const words = ['run', 'no.asl.json', '--store', 'memory'];

    const asText = await call([...words, '--name', 'n'], { folder });
    const asJson = await call([...words, '--json'], { folder });

    expect(asText).toMatchObject({ status: 1, stdout: 'n FAILED: Refused\nbecause\n' });
    expect(asJson.status).toBe(1);
    expect(jsonOf(asJson)).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'because' });
  });

  it('millrace run refuses an input that is not JSON with its line and column', async () => {
    const folder = folderWith(files);

    const result = await call([...run, '--input', '{ "a": 1, }'], { folder });

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/cannot read --input, line 1, column 11: .*remove the comma/);
  });

  it.each([
    ['a definition', ['run', 'none.json', '--store', 'memory'], /none\.json could not be read/],
    ['an input file', [...run, '--input', '@none.json'], /none\.json could not be read/],
    ['a configuration', [...run, '--config', 'none.ts'], /there is no configuration at .*none\.ts/],
  ])('millrace run names the file when %s is missing', async (_, words, message) => {
    const folder = folderWith(files);

    const result = await call(words, { folder });

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
  });

  it('millrace run names the file that was probably meant', async () => {
    const folder = folderWith(files);
    const [name = ''] = Object.keys(files).filter((path) => path.endsWith('.json'));

    const { status, stderr } = await call(['run', name.slice(1), '--store', 'memory'], { folder });

    expect(status).toBe(2);
    expect(stderr).toContain(`could not be read: there is no such file; did you mean '${name}'?`);
    expect(stderr).not.toContain('ENOENT');
  });

  it('millrace run refuses an input over the payload limit, with both sizes', async () => {
    const folder = folderWith(files);
    const stdin = JSON.stringify('x'.repeat(262_144));

    const result = await call([...run, '--input', '-'], { folder, stdin });

    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toMatch(/the input is 262146 bytes of JSON; at most 262144/);
  });

  it('millrace run refuses a definition without its handler, with the place', async () => {
    const States = { Ship: { Type: 'Task', Resource: 'ship', End: true } };
    const folder = folderWith({ 'ship.json': JSON.stringify({ StartAt: 'Ship', States }) });

    const result = await call(['run', 'ship.json', '--store', 'memory', '--json'], { folder });

    expect(result).toMatchObject({ status: 1 });
    expect(result.stderr).toContain("'ship' at /States/Ship/Resource");
    expect(jsonOf(result)).toMatchObject({ error: { code: 'UNKNOWN_HANDLER' } });
  });

  it('millrace run exits with status 130 when it is interrupted', async () => {
    const folder = folderWith({
      'wait.json': '{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}',
    });

    const interrupted = AbortSignal.abort();
    const result = await call(['run', 'wait.json', '--store', 'memory'], { folder, interrupted });

    expect(result).toMatchObject({ status: 130, stdout: '' });
    expect(result.stderr).toMatch(
      /before the execution [-0-9a-f]{36} ended; run `millrace dev` to continue it/,
    );
  });
});

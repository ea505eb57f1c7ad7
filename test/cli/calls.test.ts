/** Wrong calls are reported on stderr, with exit status 2 and nothing on stdout. */
import { describe, expect, it } from 'vitest';
import { call, folderWith, jsonOf } from './cli-call.ts';

describe('a call that is wrong', () => {
  it.each([
    [['bach'], /unknown command 'bach'\n\(Did you mean batch\?\)/],
    [['batch', 'strat'], /unknown command 'strat'\n\(Did you mean start\?\)/],
    [['frobnicate', '--json'], /unknown command 'frobnicate'/],
    [['run', 'a.json', '--inptu', '1'], /unknown option '--inptu'\n\(Did you mean --input\?\)/],
    [['batch', 'start'], /missing required argument 'name'/],
    [['--mode', 'wroker'], /--mode must be one of leader, worker, dev; found 'wroker'/],
    [['--mode'], /--mode must be one of leader, worker, dev; found ''/],
    [['batch', 'list', '--concurrency', '3'], /unknown option '--concurrency'/],
    [['run', 'a.json', '--concurrency', '0'], /a whole number of at least 1; found '0'/],
    [['run', 'a.json', '--concurrency', '1e3'], /a whole number of at least 1; found '1e3'/],
    [['execution', 'list', '--status', 'DONE'], /Allowed choices are PENDING, RUNNING/],
    [['execution', 'list', '--limit', 'all'], /found 'all'/],
    [
      ['batch', 'list', '--store', 'redis'],
      /one of pglite, postgres, rds-data, memory; found 'redis'/,
    ],
    [['batch', 'list', '--store', 'postgres'], /needs a URL: set POSTGRES_URL, --postgres/],
    [['batch', 'list', '--postgres', 'http://['], /postgres:\/\/user:password@host:port\/database/],
    [['batch', 'list', '--postgres', 'mysql://u:p@h/d'], /begin with postgres:.* found mysql:/],
    [['batch', 'list', '--postgres', 'localhost'], /begin with postgres:.* found no URL/],
    [['execution', 'list', '--store', 'memory', '--limit', '1001'], /1 to 1000 entries/],
    [['batch', 'list', '--store', 'memory', '--cursor', 'x'], /'next' of the page before/],
  ])('the wrong call %j is refused with a hint', async (words, message) => {
    const result = await call(words);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
  });

  it('--mode names a command before and after other options', async () => {
    const inMemory = ['--store', 'memory'];
    const calls = [
      ['--mode', 'worker', ...inMemory],
      ['--mode=worker', ...inMemory],
      [...inMemory, '--mode', 'worker'],
      [...inMemory, '--mode=worker'],
    ];

    for (const words of calls) {
      expect((await call(words)).stderr).toMatch(/FILE|cannot read|millrace\.config/i);
    }
  });

  it('a refused call prints a JSON document, too, with --json', async () => {
    const result = await call(['batch', 'get', 'nope', '--store', 'memory', '--json']);

    expect(result.status).toBe(2);
    expect(jsonOf(result)).toMatchObject({
      error: { code: 'UNKNOWN_BATCH', message: expect.stringContaining('nope') },
    });
  });

  it.each([
    [['help', 'bacth'], "unknown command 'bacth'\n(Did you mean batch?)"],
    [['help', 'batch', 'strat'], "unknown command 'strat'\n(Did you mean start?)"],
  ])('the help of no command is refused with the one that was meant: %j', async (words, said) => {
    const result = await call(words);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toContain(said);
  });

  it('help of a command is that of its option, whatever follows', async () => {
    const { stdout } = await call(['batch', 'start', '--help']);

    expect(await call(['help', 'batch', 'start'])).toEqual({ status: 0, stdout, stderr: '' });
    expect(await call(['help', 'batch', 'start', 'orders'])).toMatchObject({ status: 0, stdout });
  });

  it('the help shows every command under a heading, in a line or two', async () => {
    const { stdout } = await call(['help']);

    expect(stdout).toContain('\nBatches and executions:\n  batch ');
    expect(stdout).not.toContain('\nCommands:\n');
    expect(stdout).not.toMatch(/\n {20,}.*\n {20,}.*\n/);
  });

  it('a call for help or for the version succeeds', async () => {
    const help = await call(['batch', 'start', '--help']);
    const version = await call(['--version']);

    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toContain('--resume');
    expect(version).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });
});

const everyMistake = `export default {
  machines: { 'bad id!': { definition: 3 } },
  handlers: { ship: 'not a function' },
  batches: { nightly: { machine: 'ghost', source: { kind: 'csv', path: 'x.csv' } } },
  queues: { fast: 0 },
  store: 'sqlite',
  concurrency: 1.5,
  leaseSeconds: 'long',
  colour: 'red',
};`;

describe('a configuration', () => {
  it('a configuration with several mistakes is refused with all of their keys', async () => {
    const folder = folderWith({ 'millrace.config.mjs': everyMistake });

    const result = await call(['batch', 'start', 'nightly', '--store', 'memory'], { folder });

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toContain('millrace.config.mjs is not a valid configuration:');
    const keys = [/bad id!/, /handlers\.ship: must be a function/, /queues\.fast/, /store/];
    for (const key of [...keys, /concurrency/, /leaseSeconds/, /colour/]) {
      expect(result.stderr).toMatch(key);
    }
  });

  it('a configuration with an unknown machine is refused with the known ones', async () => {
    const folder = folderWith({
      'millrace.config.mjs': `export default { machines: {},
        batches: { a: { machine: 'ghost', source: { kind: 'items', items: [] } } } };`,
    });

    const result = await call(['batch', 'start', 'a', '--store', 'memory'], { folder });

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/batches\.a\.machine: names the machine 'ghost'.*known: none/);
  });

  it.each([
    ['is not JavaScript', 'export default {', /millrace\.config\.mjs could not be loaded/],
    ['throws', `throw new Error('no licence');`, /could not be loaded: no licence/],
    ['exports nothing', 'export const a = 1;', /default export/],
  ])('a configuration file that %s is refused with the reason', async (_, content, message) => {
    const folder = folderWith({ 'millrace.config.mjs': content });

    const result = await call(['batch', 'start', 'a', '--store', 'memory'], { folder });

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
  });

  it('a missing configuration is requested by its name', async () => {
    const result = await call(['batch', 'start', 'a', '--store', 'memory']);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/there is no millrace\.config\.ts in .*--config/);
  });
});

/** Calls that cannot be meant: told on stderr, with exit status 2 and nothing on stdout. */
import { describe, expect, it } from 'vitest';
import { call, folderWith, jsonOf } from './cli-call.ts';

describe('a call that is wrong', () => {
  it.each([
    [['bach'], /unknown command 'bach'\n\(Did you mean batch\?\)/],
    [['batch', 'strat'], /unknown command 'strat'\n\(Did you mean start\?\)/],
    [['frobnicate', '--json'], /unknown command 'frobnicate'/],
    [['run', 'a.json', '--inptu', '1'], /unknown option '--inptu'\n\(Did you mean --input\?\)/],
    [['batch', 'start'], /missing required argument 'name'/],
    [['--mode', 'wroker'], /--mode is one of leader, worker, dev; found 'wroker'/],
    [['--mode'], /--mode is one of leader, worker, dev; found ''/],
    [['batch', 'list', '--concurrency', '3'], /unknown option '--concurrency'/],
    [['run', 'a.json', '--concurrency', '0'], /a whole number of at least 1; found '0'/],
    [['run', 'a.json', '--concurrency', '1e3'], /a whole number of at least 1; found '1e3'/],
    [['executions', 'list', '--status', 'DONE'], /Allowed choices are PENDING, RUNNING/],
    [['executions', 'list', '--limit', 'all'], /found 'all'/],
    [
      ['batch', 'list', '--store', 'redis'],
      /one of pglite, postgres, rds-data, memory; found 'redis'/,
    ],
    [['batch', 'list', '--store', 'postgres'], /needs a URL: set POSTGRES_URL, --postgres/],
    [['batch', 'list', '--postgres', 'http://['], /postgres:\/\/user:password@host:port\/database/],
    [['batch', 'list', '--postgres', 'mysql://u:p@h/d'], /begins with postgres:.* found mysql:/],
    [['batch', 'list', '--postgres', 'localhost'], /begins with postgres:.* found no URL/],
    [['executions', 'list', '--store', 'memory', '--limit', '1001'], /1 to 1000 entries/],
    [['batch', 'list', '--store', 'memory', '--cursor', 'x'], /'next' of the page before/],
  ])('as in %j is told what would be right', async (words, message) => {
    const result = await call(words);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
  });

  it('finds the command that --mode names before and behind other options', async () => {
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

  it('is told as a document too when asked for JSON', async () => {
    const result = await call(['batch', 'status', 'nope', '--store', 'memory', '--json']);

    expect(result.status).toBe(2);
    expect(jsonOf(result)).toMatchObject({
      error: { code: 'UNKNOWN_BATCH', message: expect.stringContaining('nope') },
    });
  });

  it('does not end a call for help or the version badly', async () => {
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
  it('with every kind of mistake is told all of them by their keys', async () => {
    const folder = folderWith({ 'millrace.config.mjs': everyMistake });

    const result = await call(['batch', 'start', 'nightly', '--store', 'memory'], { folder });

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toContain('millrace.config.mjs is not a valid configuration:');
    const keys = [/bad id!/, /handlers\.ship: must be a function/, /queues\.fast/, /store/];
    for (const key of [...keys, /concurrency/, /leaseSeconds/, /colour/]) {
      expect(result.stderr).toMatch(key);
    }
  });

  it('that names a machine that is not there is told which there are', async () => {
    const folder = folderWith({
      'millrace.config.mjs': `export default { machines: {},
        batches: { a: { machine: 'ghost', source: { kind: 'items', items: [] } } } };`,
    });

    const result = await call(['batch', 'start', 'a', '--store', 'memory'], { folder });

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/batches\.a\.machine: names the machine 'ghost'.*known: none/);
  });

  it.each([
    ['is no JavaScript', 'export default {', /millrace\.config\.mjs could not be loaded/],
    ['throws', `throw new Error('no licence');`, /could not be loaded: no licence/],
    ['exports nothing', 'export const a = 1;', /default export/],
  ])('that %s is named with the reason', async (_, content, message) => {
    const folder = folderWith({ 'millrace.config.mjs': content });

    const result = await call(['batch', 'start', 'a', '--store', 'memory'], { folder });

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
  });

  it('that is not in the folder is asked for by its name', async () => {
    const result = await call(['batch', 'start', 'a', '--store', 'memory']);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/there is no millrace\.config\.ts in .*--config/);
  });
});

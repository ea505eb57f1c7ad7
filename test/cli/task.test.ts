/** `millrace task`: commands on single tasks, with an outcome for each. */
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { call, folderWith, jsonOf } from './cli-call.ts';
import { useRedisApp } from './redis-app.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

interface Outcome {
  readonly id: string;
  readonly done: boolean;
  readonly message: string;
}

const unknown = '01900000-0000-7000-8000-00000000dead';

describe.skipIf(noRedis !== null || !hasPostgres)('task', () => {
  const app = useRedisApp();
  const { millrace } = app;

  async function enqueue(...words: string[]): Promise<string> {
    const queued = jsonOf(await millrace(['task', 'enqueue', ...words, '--json']));
    return (queued as { executionId: string }).executionId;
  }

  async function row(id: string) {
    const rows = await app.database.query<Row>('SELECT * FROM millrace.executions WHERE id = $1', [
      id,
    ]);
    return rows[0];
  }

  async function outcomes(...words: string[]) {
    const result = await millrace(['task', ...words, '--json']);
    const { tasks } = jsonOf(result) as { tasks: Outcome[] };
    return { status: result.status, tasks };
  }

  /** Runs a batch, and returns an execution that failed and one that succeeded. */
  async function ended() {
    await millrace(['batch', 'start', 'orders']);
    const one = async (error: string) => {
      const rows = await app.database.query<Row>(
        'SELECT * FROM millrace.executions WHERE coalesce(error, status) = $1',
        [error],
      );
      return rows[0]?.id ?? '';
    };
    return { failed: await one('BadAddress'), succeeded: await one('SUCCEEDED') };
  }

  it('task enqueue records every option, and sends what is due', async () => {
    const terms = ['--name', 'A-7', '--priority', 'low', '--retries', '0', '--timeout', '90'];
    const ends = ['--deadline', '2126-01-01', '--retention', '7d', '--unique', 'seven'];

    const id = await enqueue('order', '--input', '{"id":7}', ...terms, ...ends);
    const sent = await app.redis.command<string[]>('KEYS', '*low*');

    expect(await row(id)).toMatchObject({
      name: 'A-7',
      queue: 'low',
      retries_max: 0,
      input: '{"id":7}',
      unique_key: 'seven',
      timeout_ms: '90000',
      deadline_at: String(Date.parse('2126-01-01')),
      retention_ms: '604800000',
      due_at: null,
    });
    expect(sent).not.toEqual([]);
  });

  it('task enqueue takes its input from a file or standard input, and a later start', async () => {
    const soon = await enqueue('order', '--input', '@order.asl.json', '--delay', '2h');
    const later = await millrace(
      ['task', 'enqueue', 'order', '--input', '-', '--at', '2126-01-01', '--json'],
      { stdin: '[1]' },
    );

    expect(await row(soon)).toMatchObject({ input: expect.stringMatching(/^{"StartAt":"Ship"/) });
    const { executionId } = jsonOf(later) as { executionId: string };
    expect(await row(executionId)).toMatchObject({
      input: '[1]',
      due_at: expect.stringMatching(/^49228992\d{5}$/),
    });
  });

  it('task enqueue reports a task of the same name or key that exists already', async () => {
    const first = await enqueue('order', '--name', 'A-1');
    const unique = await enqueue('order', '--input', '{"id":1}', '--unique');

    const again = await millrace(['task', 'enqueue', 'order', '--name', 'A-1']);
    const second = await enqueue('order', '--input', '{"id":1}', '--unique');

    expect(again).toMatchObject({ status: 0 });
    expect(again.stdout).toMatch(`${first} exists already, and was not queued again\n`);
    expect(second).toBe(unique);
  });

  it('task enqueue queues a task of a custom type, now or later', async () => {
    const now = await enqueue('--type', 'report:build', '--input', '{"day":1}');
    const later = await enqueue('--type', 'report:build', '--delay', '1h');

    expect(await row(now)).toMatchObject({ machine_id: 'task.report.build', due_at: null });
    expect(await row(later)).toMatchObject({ due_at: expect.any(String) });
  });

  it('task enqueue warns of a type that no handler here is for, with the one that was meant', async () => {
    const folder = folderWith({
      'millrace.config.mjs': "export default { machines: {}, tasks: { 'report:build': () => 1 } };",
    });
    const enqueueHere = (type: string) =>
      call(['task', 'enqueue', '--type', type, '--store', 'memory'], { folder });

    const mistyped = await enqueueHere('report:buld');
    const known = await enqueueHere('report:build');

    expect(mistyped).toMatchObject({ status: 0, stdout: expect.stringContaining(' is queued') });
    expect(mistyped.stderr).toMatch(/type 'report:buld'; known: .*did you mean 'report:build'\?/);
    expect(known.stderr).toBe('');
  });

  it.each([
    ['neither a machine nor a type', [], /either a machine or a type/],
    ['both of them', ['order', '--type', 'a'], /either a machine or a type/],
    ['an unknown machine', ['orders'], /no machine is named 'orders'; known: order, ghost/],
    [
      'two starts',
      ['order', '--at', '2126-01-01', '--delay', '1'],
      /a delay or a time to start at/,
    ],
    ['an unknown queue', ['order', '--priority', 'urgent'], /critical, default, low; found 'urg/],
    ['half a retry', ['order', '--retries', '0.5'], /whole number of at least 0; found '0.5'/],
    ['a broken input', ['order', '--input', '{'], /--input/],
  ])('task enqueue refuses %s, and records nothing', async (_, words, message) => {
    const result = await millrace(['task', 'enqueue', ...words]);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(await app.database.query('SELECT 1 FROM millrace.executions')).toEqual([]);
  });

  it('task list shows the tasks in one state, by queue and machine, page by page', async () => {
    for (const name of ['a', 'b', 'c']) await enqueue('order', '--name', name);
    await enqueue('order', '--name', 'd', '--priority', 'low');
    await enqueue('ghost', '--name', 'e');
    await enqueue('order', '--name', 'f', '--delay', '1h');
    const list = async (...words: string[]) => {
      const page = jsonOf(await millrace(['task', 'list', '--json', ...words]));
      return page as { tasks: Row[]; next: string | null };
    };

    const first = await list('--queue', 'default', '--machine', 'order', '--limit', '2');
    const rest = await list(
      '--queue',
      'default',
      '--machine',
      'order',
      '--cursor',
      first.next ?? '',
    );
    const scheduled = await list('--state', 'scheduled');
    const asText = await millrace(['task', 'list', '--queue', 'low']);

    expect([...first.tasks, ...rest.tasks].map(({ name }) => name)).toEqual(['c', 'b', 'a']);
    expect(scheduled.tasks).toMatchObject([{ name: 'f', state: 'scheduled' }]);
    expect((await millrace(['task', 'list', '--queue', 'urgent'])).stderr).toMatch(
      /no queue is named 'urgent'; known: critical, default, low/,
    );
    expect(asText.stdout).toMatch(/^id +machine +name .*\n\S+ +order +d +low +0 /);
  });

  it('task get shows a task by its id or its name', async () => {
    const id = await enqueue('order', '--name', 'A-1', '--input', '{"id":1}', '--delay', '1h');

    const asJson = jsonOf(await millrace(['task', 'get', id, '--json']));
    const asText = await millrace(['task', 'get', 'order:A-1']);

    expect(asJson).toMatchObject({
      id,
      name: 'A-1',
      state: 'scheduled',
      status: 'PENDING',
      input: { id: 1 },
      dueAt: expect.any(Number),
      archivedAt: null,
      workerId: null,
    });
    expect(asText.stdout).toMatch(/^state +scheduled$/m);
    expect(asText.stdout).toMatch(/^due +\d{4}-\d\d-\d\d /m);
  });

  it('task get refuses an unknown task', async () => {
    for (const id of [unknown, 'none', 'order:none']) {
      const { status, stdout, stderr } = await millrace(['task', 'get', id]);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`no task is called '${id}'`);
    }
  });

  it.each(['redrive', 'archive', 'delete', 'cancel'])(
    'task %s reports an unknown task',
    async (verb) => {
      const results = await Promise.all(
        [unknown, 'none', 'order:none'].map((id) => millrace(['task', verb, id])),
      );

      for (const { status, stdout, stderr } of results) {
        expect([status, stdout]).toEqual([1, '']);
        expect(stderr).toMatch(/is no known task/);
      }
    },
  );

  it('task redrive makes scheduled tasks due, and reports why others are not', async () => {
    const later = await enqueue('order', '--delay', '1h');
    const { succeeded } = await ended();

    const { status, tasks } = await outcomes('redrive', later, succeeded);

    expect(status).toBe(1);
    expect(tasks).toMatchObject([
      { id: later, done: true, message: 'is due now' },
      { id: succeeded, done: false, message: expect.stringContaining('has SUCCEEDED') },
    ]);
    expect(await row(later)).toMatchObject({ due_at: null });
  });

  it('task redrive takes a task out of the archive, with all retries', async () => {
    const { failed } = await ended();

    const { status, tasks } = await outcomes('redrive', failed);

    expect([status, tasks]).toEqual([0, [{ id: failed, done: true, message: 'is due now' }]]);
    expect(await row(failed)).toMatchObject({ status: 'PENDING_REDRIVE', attempts: 0 });
    expect((await millrace(['archive', 'get', failed])).stderr).toContain(
      'the archive has no task',
    );
  });

  it('task archive ends tasks that no worker holds, due or not, to be redriven later', async () => {
    const due = await enqueue('order', '--input', '{"id":1,"to":"Ada"}');
    const later = await enqueue('order', '--delay', '1h');

    const { status, tasks } = await outcomes('archive', due, later);

    expect([status, tasks.map(({ message }) => message)]).toEqual([
      0,
      ['is in the archive', 'is in the archive'],
    ]);
    expect(await row(due)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.Archived',
      worker_id: null,
    });
    const again = await millrace(['archive', 'redrive', due, '--json']);
    expect(jsonOf(again)).toMatchObject({ redriven: 1, failed: 0 });
  });

  it('task archive refuses tasks that run, have succeeded or are archived', async () => {
    const { failed, succeeded } = await ended();
    const held = await enqueue('order');
    await app.database.query(
      `INSERT INTO millrace.workers (worker_id, since, expires_at) VALUES ('w', 0, 9e12::bigint)`,
    );
    await app.database.query(
      `UPDATE millrace.executions SET worker_id = 'w', sent_at = NULL WHERE id = $1`,
      [held],
    );

    const { status, tasks } = await outcomes('archive', held, failed, succeeded);

    expect(status).toBe(1);
    expect(tasks.map(({ message }) => message)).toEqual([
      'is running on the worker w: cancel it first',
      'is in the archive already',
      'has SUCCEEDED: the archive is for tasks that failed',
    ]);
  });

  it('task delete needs a confirmation for several tasks', async () => {
    const ids = [await enqueue('order'), await enqueue('order', '--delay', '1h')];
    const { failed } = await ended();

    const asked = await millrace(['task', 'delete', ...ids]);
    const several = await outcomes('delete', ...ids, '--yes');
    const one = await outcomes('delete', failed);

    expect(asked).toMatchObject({ status: 2, stdout: '' });
    expect(asked.stderr).toMatch(/deletes 2 tasks and their history; pass --yes/);
    expect([several.status, one.status]).toEqual([0, 0]);
    for (const id of [...ids, failed]) expect(await row(id)).toBeUndefined();
    expect((await millrace(['archive', 'get', failed])).stderr).toContain(
      'the archive has no task',
    );
  });

  it('task delete keeps tasks that have started or that their batch counts', async () => {
    await millrace(['batch', 'start', 'orders']);
    await app.database.query(
      `UPDATE millrace.batches SET status = 'RUNNING', ended_at = NULL WHERE true`,
    );
    const [member] = await app.database.query<Row>('SELECT * FROM millrace.executions LIMIT 1');

    const { status, tasks } = await outcomes('delete', member?.id ?? '');

    expect(status).toBe(1);
    expect(tasks[0]?.message).toMatch(
      /belongs to the batch \S+, which counts it until the batch has ended/,
    );
  });

  it('task cancel keeps a task from ever starting', async () => {
    const id = await enqueue('order', '--delay', '1h');
    const { succeeded } = await ended();

    const { status, tasks } = await outcomes('cancel', id, succeeded);

    expect(status).toBe(1);
    expect(tasks).toEqual([
      { id, done: true, message: 'is cancelled and will never start' },
      { id: succeeded, done: false, message: 'has ended already' },
    ]);
    expect(await row(id)).toMatchObject({ abort_requested: true });
  });
});

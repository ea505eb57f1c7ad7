/** How the SQL stores speak: one statement per operation, one document per statement. */
import { describe, expect, it } from 'vitest';
import type { SqlClient, Statement } from '../../../lib/drivers/sql/sql-client.ts';
import { sqlStore } from '../../../lib/drivers/sql/sql-store.ts';
import type { Store } from '../../../lib/ports/store.ts';
import { taskStates } from '../../../lib/ports/task-store.ts';
import { checkpoint, newExecutions } from '../../contracts/store/store-harness.ts';

/** The longest statement that the RDS Data API takes, in characters. */
const statementCharactersMax = 65_536;

/** Keeps what it is asked, and answers with the rows given call by call, then with none. */
class RecordingClient implements SqlClient {
  readonly description = 'a recording';
  readonly calls: { readonly statement: Statement; readonly document: unknown }[] = [];
  readonly #answers: readonly object[][];

  constructor(answers: readonly object[][] = []) {
    this.#answers = answers;
  }

  async call<Row extends object>(statement: Statement, document: unknown): Promise<Row[]> {
    this.calls.push({ statement, document });
    return (this.#answers[this.calls.length - 1] ?? []) as Row[];
  }

  async transaction(): Promise<void> {}
  async close(): Promise<void> {}
}

/** Those about signals and messages. */
function signalCalls(store: Store, id: string): Promise<unknown>[] {
  const page = { limit: 10, cursor: `1~${id}` };
  return [
    store.signal([{ executionId: id, event: '{}' }], true),
    store.readSignals([id]),
    store.wakeSignalled(1),
    store.putMessage({ id, key: 'k', value: '1', body: '1', ttlMs: 1 }),
    store.awaitMessage({ executionId: id, command: '2:0', key: 'k', value: '1' }),
    store.forgetWaiter(id, '2:0'),
    store.matchMessages({ key: 'k', value: '1' }, 1, true),
    store.matchMessages({ withinMs: 1 }, 1, true),
    store.matchMessages({ withinMs: null }, 1, true),
    store.returnMessages(),
    store.listMessages({ key: 'k' }, page),
    store.pruneMessages(1),
    store.scheduleActivity({
      ...{ activity: 'a', executionId: id, command: '2:0', taskToken: 't', input: '1' },
    }),
    store.takeActivityTask('a', 'w', true),
    store.removeActivityTask(id, '2:0'),
    store.listActivities(),
  ];
}

/** Those about tasks and workers. */
function taskCalls(store: Store, id: string): Promise<unknown>[] {
  const page = { limit: 10, cursor: `1~${id}` };
  return [
    ...taskStates.map((state) => store.listTasks({ state, queue: 'q', machineId: 'm' }, page)),
    store.getTask(id),
    store.countTasks(null, 1),
    store.abortUnstarted([id]),
    store.hurryTasks([id]),
    store.deleteTasks([id]),
    store.listWorkers(),
  ];
}

/** Calls every operation once, with every condition that it can be given. */
async function callEverything(client: SqlClient): Promise<void> {
  const store = sqlStore(client);
  const [execution] = newExecutions(1);
  const id = execution?.id ?? '';
  const filter = { machineId: 'm', batchId: 'b', status: 'FAILED', name: 'n', error: 'e' } as const;
  const times = { createdFrom: 1, createdBefore: 2 };
  const chain = { targetMachineId: 't', sourceState: '', transformer: '', unlinkedOnly: true };
  const page = { limit: 10, cursor: `1~${id}` };
  const archived = { taskIds: ['t'], queue: 'q', machineId: 'm', batchId: 'b', error: 'e' };
  const archivedWhen = { ...archived, archivedFrom: 1, archivedBefore: 2 };
  const calls = [
    store.getMachine('m'),
    store.listMachines(),
    store.createExecutions(execution === undefined ? [] : [execution], true),
    store.claim('w', 1, [id]),
    store.commit([checkpoint({ id, fence: 1, attempts: 0 })]),
    store.commit([checkpoint({ id, fence: 1, attempts: 0 }, { signalsSeen: 1 })]),
    ...signalCalls(store, id),
    ...taskCalls(store, id),
    store.heartbeat('w', 1),
    store.endLease('w'),
    store.wakeDue(1),
    store.recoverOrphans(1),
    store.takeUnsent(1),
    store.takeOldest('q', 1, 1),
    store.countRunnable(1),
    store.nextDueMs(),
    store.requestAbort([id]),
    store.redriveExecutions([id]),
    store.getExecution(id),
    store.findExecution('m', 'n'),
    store.listExecutions({ ...filter, ...times }, page),
    store.listOutputs('b', page),
    store.listForChaining({ ...filter, ...times, ...chain }, page),
    store.readHistory(id, 1, 1),
    store.figures('b'),
    store.prune(1, 1),
    store.getBatch('b'),
    store.listBatches({ status: 'RUNNING', name: 'n' }, page),
    store.leaseBatches('l', 1, 1),
    store.leaseBatches('l', 1, 1, { predecessor: 'p' }),
    store.workAhead(),
    store.oldestRunnable(),
    store.releaseBatch('b', 1),
    store.fanOut({ batchId: 'b', fence: 1, executions: [], cursor: '1', sourceDone: false }),
    store.recordSent('b', 1, 1),
    store.rememberBatch('b', 1, '{}'),
    store.listUnsentOfBatch('b', 1, 1),
    store.transitionBatch({ batchId: 'b', from: ['RUNNING'], to: 'PAUSED', reason: null }),
    store.listArchive(archivedWhen, page),
    store.countArchive(archived),
    store.redriveArchived(archived, 1),
    store.deleteArchived(archived, 1),
  ];
  await Promise.all(calls);
}

describe('statements', () => {
  it('take one document, as $1, and nothing else', async () => {
    const client = new RecordingClient();
    await callEverything(client);

    for (const { statement } of client.calls) {
      expect(statement.text, statement.name).toContain('CAST($1 AS json)');
      expect(statement.text, statement.name).not.toMatch(/\$(?!1\b)\d/);
      expect(statement.text.length, statement.name).toBeLessThan(statementCharactersMax);
    }
  });

  it('name every table with its schema', async () => {
    const client = new RecordingClient();
    await callEverything(client);

    const tables = 'machines|workers|executions|history|batches|batch_counters|archive';
    const bare = new RegExp(`(?<!millrace\\.)\\b(?:FROM|JOIN|INTO|UPDATE) (?:${tables})\\b`);
    for (const { statement } of client.calls) expect(statement.text).not.toMatch(bare);
  });

  it('have one text per name, since a prepared statement is known by its name', async () => {
    const client = new RecordingClient();
    await callEverything(client);
    const store = sqlStore(client);
    await store.listExecutions({}, { limit: 1 });
    await store.listExecutions({ batchId: 'b' }, { limit: 1 });
    await store.listBatches({}, { limit: 1 });
    await store.countArchive({ queue: 'q' });

    const textByName = new Map<string, string>();
    for (const { statement } of client.calls) {
      const { name, text } = statement;
      expect(textByName.get(name) ?? text).toBe(text);
      textByName.set(name, text);
      expect(name.length).toBeLessThan(64);
    }
  });

  it('never contain a value that a caller gave', async () => {
    const client = new RecordingClient();
    const store = sqlStore(client);
    const hostile = "x'; DROP TABLE millrace.executions; --";
    await store.listExecutions({ machineId: hostile, error: hostile }, { limit: 1 });
    await store.findExecution(hostile, hostile);
    await store.takeOldest(hostile, 1, 1);
    await store.redriveArchived({ error: hostile, taskIds: [hostile] }, 1);

    for (const { statement } of client.calls) expect(statement.text).not.toContain('DROP TABLE');
  });
});

describe('group commit', () => {
  // W55
  it('writes the checkpoints of any number of executions in one statement', async () => {
    const client = new RecordingClient();
    const executions = newExecutions(500);
    const events = '[{"id":1}]';

    await sqlStore(client).commit(
      executions.map(({ id }) =>
        checkpoint({ id, fence: 1, attempts: 0 }, { events, firstEventId: 1 }),
      ),
    );

    expect(client.calls).toHaveLength(1);
    expect(client.calls[0]?.document).toHaveLength(500);
  });

  it('sends checkpoints in the order of their ids, so that committers lock in one order', async () => {
    const client = new RecordingClient();
    const executions = newExecutions(50);

    await sqlStore(client).commit(
      executions.toReversed().map(({ id }) => checkpoint({ id, fence: 1, attempts: 0 })),
    );

    expect(client.calls[0]?.document).toMatchObject(executions.map(({ id }) => ({ id })));
  });

  it('makes no call when there is nothing to write', async () => {
    const client = new RecordingClient();
    const store = sqlStore(client);

    await store.commit([]);
    await store.createExecutions([], true);
    await store.archive([]);

    expect(client.calls).toEqual([]);
  });
});

describe('a key whose holder ends between the refusal and the second look', () => {
  it('is taken after all, by a second try of what was refused', async () => {
    const executions = newExecutions(2, (index) => (index === 0 ? { uniqueKey: 'k' } : {}));
    const [keyed, plain] = executions.map(({ id }) => id);
    const refused = { askedId: keyed, created: false, id: null };
    const answers: object[][] = [
      [refused, { askedId: plain, created: true, id: plain }],
      [],
      [{ askedId: keyed, created: true, id: keyed }],
    ];
    const client = new RecordingClient(answers);

    const results = await sqlStore(client).createExecutions(executions, true);

    const asked = client.calls.map(({ statement }) => statement.name);
    expect(asked).toEqual(['create_executions', 'resolve_executions', 'create_executions']);
    expect(client.calls[2]?.document).toMatchObject({ executions: [{ id: keyed }] });
    expect(results.map(({ id, created }) => [id, created])).toEqual([
      [keyed, true],
      [plain, true],
    ]);
  });
});

/** The calls of the SQL stores: one statement per operation, one document per statement. */
import { describe, expect, it } from 'vitest';
import type { SqlClient, Statement } from '../../../lib/drivers/sql/sql-client.ts';
import { createSqlStore } from '../../../lib/drivers/sql/sql-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { queueTaskStates } from '../../../lib/ports/store/task-store.ts';
import { checkpoint, newExecutions } from '../../contracts/store/store-harness.ts';

/** Maximum length of a statement of the RDS Data API, in characters. */
const statementCharactersMax = 65_536;

/** Records its calls, and returns the given rows call by call, then none. */
class RecordingClient implements SqlClient {
  readonly description = 'a recording client';
  readonly calls: { readonly statement: Statement; readonly document: unknown }[] = [];
  readonly #results: readonly object[][];

  constructor(results: readonly object[][] = []) {
    this.#results = results;
  }

  async call<Row extends object>(statement: Statement, document: unknown): Promise<Row[]> {
    this.calls.push({ statement, document });
    return (this.#results[this.calls.length - 1] ?? []) as Row[];
  }

  async transaction(): Promise<void> {}
  async close(): Promise<void> {}
}

/** Calls the operations on signals and messages. */
function callSignals(store: Store, id: string): Promise<unknown>[] {
  const page = { limit: 10, cursor: `1~${id}` };
  return [
    store.sendSignals([{ executionId: id, event: '{}' }], true),
    store.readSignals([id]),
    store.deliverNotices(1),
    store.putMessage({ id, key: 'k', value: '1', body: '1', ttlMs: 1 }),
    store.awaitMessage({ executionId: id, command: '2:0', key: 'k', value: '1' }),
    store.removeWaiter(id, '2:0'),
    store.matchMessages({ key: 'k', value: '1' }, 1, true),
    store.matchMessages({ withinMs: 1 }, 1, true),
    store.matchMessages({ withinMs: null }, 1, true),
    store.returnMessages(),
    store.listMessages({ key: 'k' }, page),
    store.pruneMessages(1),
    store.scheduleActivity({
      activity: 'a',
      executionId: id,
      command: '2:0',
      taskToken: 't',
      input: '1',
    }),
    store.takeActivityTask('a', 'w', true),
    store.removeActivityTask(id, '2:0'),
    store.listActivities(),
  ];
}

/** Calls the operations on orders. */
function callOrders(store: Store, id: string): Promise<unknown>[] {
  const origin = { by: 'ada', via: 'api', requestId: null } as const;
  const change = { ...origin, id, action: 'a', object: null, over: '{}', reason: null };
  const progress = { orderId: id, fence: 1, progress: '{}', done: 0, refused: 0 };
  const filter = { status: 'RUNNING', by: 'ada', action: 'a', object: 'o' } as const;
  return [
    store.recordChanges([{ ...change, outcome: null, done: 0, refused: 0 }]),
    store.getOrder(id),
    store.listOrders({ ...filter, from: 1, before: 2 }, { limit: 10, cursor: `1~${id}` }),
    store.leaseOrders('l', 1, 1),
    store.releaseOrder(id, 1),
    store.saveOrder(progress),
    store.saveRunningOrder(progress),
    store.transitionOrder({ orderId: id, from: ['RUNNING'], to: 'PAUSED' }),
    store.pruneOrders(1, 1),
  ];
}

/** Calls the operations on alerts and webhooks. */
function callAlerts(store: Store, id: string): Promise<unknown>[] {
  const alert = { id, rule: 'r', subject: 's', severity: 'info', message: 'm' } as const;
  return [
    store.listAlerts(1),
    store.openAlerts([{ ...alert, link: '/', since: 1, deliveries: [] }]),
    store.updateAlerts([alert]),
    store.endAlerts([{ id, at: 1, deliveries: [] }]),
    store.pruneAlerts(1, 1),
    store.readAlertFacts(1, 1),
    store.leaseDeliveries(1, 1),
    store.settleDelivery(id, null),
    store.settleDelivery(id, 1),
  ];
}

/** Calls the operations on tasks and workers. */
function callTasks(store: Store, id: string): Promise<unknown>[] {
  const page = { limit: 10, cursor: `1~${id}` };
  return [
    ...queueTaskStates.map((state) => store.listTasks({ state, queue: 'q', machineId: 'm' }, page)),
    store.getTask(id),
    store.countTasks(null, 1),
    store.cancelUnstarted([id]),
    store.makeTasksDue([id]),
    store.deleteTasks([id]),
    store.listWorkers(),
  ];
}

/** Calls every operation once, with every condition that it accepts. */
async function callEverything(client: SqlClient): Promise<void> {
  const store = createSqlStore(client);
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
    ...callSignals(store, id),
    ...callTasks(store, id),
    store.heartbeat('w', 1),
    store.endLease('w'),
    store.wakeDue(1),
    store.recoverOrphans(1),
    store.queueUnsent(1),
    store.requeueOldest('q', 1, 1),
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
    store.getBatchStats('b'),
    store.pruneExecutions(1, 1),
    store.getBatch('b'),
    store.listBatches({ status: 'RUNNING', name: 'n' }, page),
    store.leaseBatches('l', 1, 1),
    store.leaseBatches('l', 1, 1, { predecessor: 'p' }),
    store.workAhead(),
    store.listQueueWaits(),
    store.releaseBatch('b', 1),
    store.fanOut({ batchId: 'b', fence: 1, executions: [], cursor: '1', sourceDone: false }),
    store.recordSent('b', 1, 1),
    store.saveBatchMemory('b', 1, '{}'),
    store.listUnsentOfBatch('b', 1, 1),
    store.transitionBatch({ batchId: 'b', from: ['RUNNING'], to: 'PAUSED', reason: null }),
    store.listArchive(archivedWhen, page),
    store.listArchive(archivedWhen, page, 'oldestFirst'),
    store.countArchive(archived),
    store.redriveArchived(archived, 1),
    store.deleteArchived(archived, 1),
    ...callOrders(store, id),
    ...callAlerts(store, id),
  ];
  await Promise.all(calls);
}

describe('statements', () => {
  it('every statement takes one document, as $1, and nothing else', async () => {
    const client = new RecordingClient();
    await callEverything(client);

    for (const { statement } of client.calls) {
      expect(statement.text, statement.name).toContain('CAST($1 AS json)');
      expect(statement.text, statement.name).not.toMatch(/\$(?!1\b)\d/);
      expect(statement.text.length, statement.name).toBeLessThan(statementCharactersMax);
    }
  });

  it('every statement names tables with their schema', async () => {
    const client = new RecordingClient();
    await callEverything(client);

    const tables = 'machines|workers|executions|history|batches|batch_counters|archive';
    const bare = new RegExp(`(?<!millrace\\.)\\b(?:FROM|JOIN|INTO|UPDATE) (?:${tables})\\b`);
    for (const { statement } of client.calls) expect(statement.text).not.toMatch(bare);
  });

  it('every statement name has one text, because it identifies a prepared statement', async () => {
    const client = new RecordingClient();
    await callEverything(client);
    const store = createSqlStore(client);
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

  it('a statement never contains a value from its caller', async () => {
    const client = new RecordingClient();
    const store = createSqlStore(client);
    const hostile = "x'; DROP TABLE millrace.executions; --";
    await store.listExecutions({ machineId: hostile, error: hostile }, { limit: 1 });
    await store.findExecution(hostile, hostile);
    await store.requeueOldest(hostile, 1, 1);
    await store.redriveArchived({ error: hostile, taskIds: [hostile] }, 1);

    for (const { statement } of client.calls) expect(statement.text).not.toContain('DROP TABLE');
  });
});

describe('commit', () => {
  it('the group commit writes the checkpoints of any number of executions in one statement', async () => {
    const client = new RecordingClient();
    const executions = newExecutions(500);
    const events = '[{"id":1}]';

    await createSqlStore(client).commit(
      executions.map(({ id }) =>
        checkpoint({ id, fence: 1, attempts: 0 }, { events, firstEventId: 1 }),
      ),
    );

    expect(client.calls).toHaveLength(1);
    expect(client.calls[0]?.document).toHaveLength(500);
  });

  it('the group commit sorts checkpoints by id, so that committers lock rows in the same order', async () => {
    const client = new RecordingClient();
    const executions = newExecutions(50);

    await createSqlStore(client).commit(
      executions.toReversed().map(({ id }) => checkpoint({ id, fence: 1, attempts: 0 })),
    );

    expect(client.calls[0]?.document).toMatchObject(executions.map(({ id }) => ({ id })));
  });

  it('a write of nothing makes no call', async () => {
    const client = new RecordingClient();
    const store = createSqlStore(client);

    await store.commit([]);
    await store.createExecutions([], true);
    await store.archive([]);

    expect(client.calls).toEqual([]);
  });
});

describe('createExecutions', () => {
  it('a key whose holder ends between the insert and the lookup is taken by a second attempt', async () => {
    const executions = newExecutions(2, (index) => (index === 0 ? { uniqueKey: 'k' } : {}));
    const [keyed, plain] = executions.map(({ id }) => id);
    const refused = { askedId: keyed, created: false, id: null };
    const rows: object[][] = [
      [refused, { askedId: plain, created: true, id: plain }],
      [],
      [{ askedId: keyed, created: true, id: keyed }],
    ];
    const client = new RecordingClient(rows);

    const results = await createSqlStore(client).createExecutions(executions, true);

    const names = client.calls.map(({ statement }) => statement.name);
    expect(names).toEqual(['insert_executions', 'resolve_executions', 'insert_executions']);
    expect(client.calls[2]?.document).toMatchObject({ executions: [{ id: keyed }] });
    expect(results.map(({ id, created }) => [id, created])).toEqual([
      [keyed, true],
      [plain, true],
    ]);
  });
});

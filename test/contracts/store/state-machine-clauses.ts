/** Machines of the configuration and of the API, their versions, aliases, tags and activities. */
import { expect } from 'vitest';
import type { NewStateMachine } from '../../../lib/ports/store/machines/state-machine-store.ts';
import { type Clause, create, ending, newExecution, nextId } from './store-harness.ts';

function machine(name: string, overrides: Partial<NewStateMachine> = {}): NewStateMachine {
  return {
    name,
    kind: 'STANDARD',
    definition: '{"StartAt":"A"}',
    definitionText: null,
    roleArn: 'arn:role',
    logging: null,
    tracing: null,
    encryption: null,
    ...overrides,
  };
}

/** Defines the clauses about machines that live, and what belongs to them. */
export function stateMachineClauses(clause: Clause): void {
  clause('the first scope of a store stays once it has executions', async ({ store }) => {
    const [one, other] = ['us-east-1', 'eu-west-1'].map((region) => ({
      partition: 'aws',
      region,
      account: '000000000000',
    }));
    if (one === undefined || other === undefined) throw new Error('two scopes');

    expect(await store.findScope()).toBeNull();
    expect(await store.adoptScope(one, false)).toEqual(one);
    expect(await store.adoptScope(other, false)).toEqual(one);
    expect(await store.adoptScope(other, true)).toEqual(other);
    await create(store, newExecution());
    expect(await store.adoptScope(one, true)).toEqual(other);
    expect(await store.findScope()).toEqual(other);
  });

  clause('a machine of the API is found by its name with its first revision', async (harness) => {
    const { store, clock } = harness;
    const text = '{"StartAt": "A"}';
    const made = await store.createStateMachine(machine('pay', { definition: text }));

    expect(made.created).toBe(true);
    expect(made.machine).toEqual({
      id: 'pay',
      name: 'pay',
      kind: 'STANDARD',
      status: 'ACTIVE',
      origin: 'api',
      createdAt: clock.now(),
      deletingAt: null,
      lastVersion: 0,
      current: {
        id: 'pay',
        version: 1,
        kind: 'STANDARD',
        definition: text,
        createdAt: clock.now(),
        revisionId: null,
        definitionText: null,
        roleArn: 'arn:role',
        logging: null,
        tracing: null,
        encryption: null,
      },
    });
    expect(await store.findStateMachine('pay')).toEqual(made.machine);
    expect(await store.findStateMachines(['pay', 'none', 'pay'])).toEqual([made.machine]);
    expect(await store.getRevision('pay', 1)).toEqual(made.machine.current);
    expect(await store.createStateMachine(machine('pay', { definition: '{}' }))).toEqual({
      machine: made.machine,
      created: false,
    });
  });

  clause('a machine with the prefix of custom tasks gets another id', async ({ store }) => {
    const { machine: made } = await store.createStateMachine(machine('task.report'));

    expect(made).toMatchObject({ id: 'task.report~1', name: 'task.report' });
    expect(await store.findStateMachine('task.report')).toEqual(made);
    expect(await store.findStateMachine('task.report~1')).toEqual(made);
  });

  clause('a revision is added only to the revision that it was made from', async ({ store }) => {
    await store.createStateMachine(machine('pay'));
    const revisionId = nextId();
    const { name: _, kind: __, ...settings } = machine('pay', { definition: '2', logging: '{}' });
    const revision = { id: 'pay', from: 1, revisionId, ...settings };

    const revised = await store.reviseStateMachine(revision);
    expect(revised?.current).toMatchObject({ version: 2, revisionId, definition: '2' });
    expect(await store.reviseStateMachine({ ...revision, revisionId: nextId() })).toBeNull();
    expect(await store.getRevision('pay', 1)).toMatchObject({ revisionId: null, logging: null });
  });

  clause('a machine of the configuration keeps its versions, and its name', async ({ store }) => {
    const config = (definition: string) => ({
      id: 'order',
      kind: 'STANDARD' as const,
      definition,
      definitionText: `${definition}\n`,
      revisionId: nextId(),
    });
    expect(await store.registerConfigMachine(config('1'))).toMatchObject({ version: 1 });
    expect(await store.registerConfigMachine(config('2'))).toMatchObject({ version: 2 });
    expect(await store.registerConfigMachine(config('1'))).toMatchObject({ version: 1 });

    const found = await store.findStateMachine('order');
    expect(found).toMatchObject({ origin: 'config', current: { version: 1, revisionId: null } });
    expect(found?.current.definitionText).toBe('1\n');
    expect(await store.beginMachineDeletion('order')).toBe(false);
    const { created } = await store.createStateMachine(machine('order'));
    expect(created).toBe(false);
    await store.createStateMachine(machine('pay'));
    expect(await store.registerConfigMachine({ ...config('1'), id: 'pay' })).toBeNull();
    expect(await store.getMachine('pay', 2)).toBeNull();
  });

  clause('machines are listed page by page, the oldest first', async ({ store, clock }) => {
    for (const name of ['c', 'a', 'b']) {
      await store.createStateMachine(machine(name));
      await clock.advance(1);
    }
    const first = await store.listStateMachines({ limit: 2 });
    const rest = await store.listStateMachines({ limit: 2, cursor: first.next ?? '' });

    expect([...first.entries, ...rest.entries].map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    expect(rest.next).toBeNull();
  });

  clause('a machine is gone when none of its executions is open', async ({ store }) => {
    await store.createStateMachine(machine('pay'));
    await store.putTags('machine:pay', [{ key: 'k', value: 'v' }], 50);
    await store.publishVersion({
      machineId: 'pay',
      revision: 1,
      description: '',
      versionsMax: 10,
    });
    const [id = ''] = await create(store, newExecution({ machineId: 'pay', name: 'x' }));
    expect(await store.finishMachineDeletion('pay')).toBe(false);
    expect(await store.beginMachineDeletion('pay')).toBe(true);
    expect(await store.finishMachineDeletion('pay')).toBe(false);
    expect(await store.findStateMachine('pay')).toMatchObject({ status: 'DELETING' });
    expect(await store.listDeletingMachines(10)).toEqual(['pay']);
    expect(await store.listOpenOfMachine('pay', 10)).toEqual([id]);
    expect((await store.createStateMachine(machine('pay'))).created).toBe(false);
    const { claimed } = await store.claim('w', 1_000, [id]);
    for (const execution of claimed) await store.commit([ending(execution, 'ABORTED')]);

    expect(await store.finishMachineDeletion('pay')).toBe(true);
    expect(await store.findStateMachine('pay')).toBeNull();
    expect(await store.listTags('machine:pay')).toEqual([]);
    expect(await store.getPublishedVersion('pay', 1)).toBeNull();
    // The execution keeps the id, and the next machine of the name starts empty.
    const next = await store.createStateMachine(machine('pay'));
    expect(next.machine).toMatchObject({ id: 'pay~2', name: 'pay', lastVersion: 0 });
    expect(await store.findExecution('pay', 'x')).toBeNull();
    expect(await store.getRevision('pay', 1)).not.toBeNull();
    await create(store, newExecution({ machineId: 'pay~2', name: 'x' }));
    expect(await store.findExecution('pay', 'x')).toMatchObject({ machineId: 'pay~2' });
    expect(await store.findExecution('pay~2', 'x')).toMatchObject({ machineId: 'pay~2' });
    const names = ['pay', 'none', 'pay~2', 'pay'].map((machineId) => ({ machineId, name: 'x' }));
    const second = await store.findExecution('pay', 'x');
    expect(await store.findExecutions(names)).toEqual([second, null, second, second]);
  });

  clause('a machine without executions leaves its id to the next of its name', async (harness) => {
    const { store } = harness;
    await store.createStateMachine(machine('pay'));
    await store.beginMachineDeletion('pay');
    expect(await store.finishMachineDeletion('pay')).toBe(true);
    expect(await store.getRevision('pay', 1)).toBeNull();

    expect((await store.createStateMachine(machine('pay'))).machine.id).toBe('pay');
    expect(await store.pruneDeletedMachines(10)).toBe(0);
  });

  clause('numbers of published versions are never used again', async ({ store }) => {
    await store.createStateMachine(machine('pay'));
    const version = { machineId: 'pay', revision: 1, description: 'first', versionsMax: 2 };
    const first = await store.publishVersion(version);
    expect(first).toMatchObject({ number: 1, revision: 1, description: 'first' });
    expect(await store.publishVersion({ ...version, description: 'again' })).toEqual(first);
    expect(await store.deletePublishedVersion('pay', 1)).toEqual({ aliases: [] });
    expect(await store.deletePublishedVersion('pay', 1)).toEqual({ aliases: [] });
    expect(await store.publishVersion(version)).toMatchObject({ number: 2 });
    expect(await store.publishVersion({ ...version, revision: 2 })).toMatchObject({ number: 3 });

    expect(await store.publishVersion({ ...version, revision: 3 })).toBeNull();
    const page = await store.listPublishedVersions('pay', { limit: 1 });
    const rest = await store.listPublishedVersions('pay', { limit: 5, cursor: page.next ?? '' });
    expect([...page.entries, ...rest.entries].map(({ number }) => number)).toEqual([3, 2]);
    expect((await store.findStateMachine('pay'))?.lastVersion).toBe(3);
    expect(await store.pruneMachineVersions(0, 10)).toBe(0);
  });

  clause('an alias names versions that are there, and keeps them', async ({ store, clock }) => {
    await store.createStateMachine(machine('pay'));
    for (const revision of [1, 2]) {
      await store.publishVersion({ machineId: 'pay', revision, description: '', versionsMax: 9 });
    }
    const alias = {
      machineId: 'pay',
      name: 'live',
      description: 'd',
      routes: [{ version: 1, weight: 100 }],
    };
    const created = await store.createAlias(alias, 2);
    expect(created).toEqual({
      kind: 'created',
      alias: { ...alias, createdAt: clock.now(), updatedAt: clock.now() },
    });
    expect(await store.createAlias({ ...alias, description: 'other' }, 2)).toMatchObject({
      kind: 'exists',
      alias: { description: 'd' },
    });
    const missing = [{ version: 7, weight: 100 }];
    expect(await store.createAlias({ ...alias, name: 'no', routes: missing }, 2)).toEqual({
      kind: 'noVersion',
    });
    expect(await store.deletePublishedVersion('pay', 1)).toEqual({ aliases: ['live'] });
    expect(await store.getPublishedVersion('pay', 1)).not.toBeNull();

    await clock.advance(5);
    const both = [
      { version: 1, weight: 10 },
      { version: 2, weight: 90 },
    ];
    expect(await store.updateAlias('pay', 'live', { routes: both })).toMatchObject({
      description: 'd',
      routes: both,
      updatedAt: clock.now(),
    });
    expect(await store.updateAlias('pay', 'live', { routes: missing })).toBeNull();
    expect(await store.updateAlias('pay', 'none', { description: '' })).toBeNull();
    await store.createAlias({ ...alias, name: 'a' }, 2);
    expect(await store.createAlias({ ...alias, name: 'b' }, 2)).toEqual({ kind: 'full' });
    const page = await store.listAliases('pay', { limit: 1 });
    const rest = await store.listAliases('pay', { limit: 9, cursor: page.next ?? '' });
    expect([...page.entries, ...rest.entries].map(({ name }) => name)).toEqual(['live', 'a']);
    expect((await store.listAliases('pay', { limit: 9 }, 2)).entries).toHaveLength(1);
    await store.deleteAlias('pay', 'live');
    await store.deleteAlias('pay', 'live');
    expect(await store.getAlias('pay', 'live')).toBeNull();
    expect(await store.deletePublishedVersion('pay', 2)).toEqual({ aliases: [] });
  });

  clause('tags are replaced by key, up to a maximum', async ({ store }) => {
    const tag = (key: string, value: string) => ({ key, value });
    expect(await store.putTags('activity:a', [tag('b', '1'), tag('a', '1')], 2)).toBe(true);
    expect(await store.putTags('activity:a', [tag('b', '2')], 2)).toBe(true);
    expect(await store.putTags('activity:a', [tag('c', '1')], 2)).toBe(false);

    expect(await store.listTags('activity:a')).toEqual([tag('a', '1'), tag('b', '2')]);
    await store.removeTags('activity:a', ['b', 'none']);
    expect(await store.listTags('activity:a')).toEqual([tag('a', '1')]);
    expect(await store.listTags('machine:a')).toEqual([]);
  });

  clause('an activity is created once, and deleted with its waiting work', async (harness) => {
    const { store, clock } = harness;
    const activity = { name: 'paint', origin: 'api', encryption: '{}' } as const;
    const made = await store.createActivity(activity);
    expect(made).toEqual({ activity: { ...activity, createdAt: clock.now() }, created: true });
    await clock.advance(1);
    expect(await store.createActivity({ ...activity, origin: 'config' })).toEqual({
      ...made,
      created: false,
    });
    await store.createActivity({ ...activity, name: 'a' });
    const page = await store.listActivityRecords({ limit: 1 });
    const rest = await store.listActivityRecords({ limit: 9, cursor: page.next ?? '' });
    expect([...page.entries, ...rest.entries].map(({ name }) => name)).toEqual(['paint', 'a']);
    const executionId = nextId();
    await store.scheduleActivity({
      activity: 'paint',
      executionId,
      command: '1:0',
      taskToken: 't',
      input: '{}',
    });

    expect(await store.deleteActivity('paint')).toBe(true);
    expect(await store.deleteActivity('paint')).toBe(false);
    expect(await store.getActivity('paint')).toBeNull();
    expect(await store.takeActivityTask('paint', null, false)).toBeNull();
  });
}

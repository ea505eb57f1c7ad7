/** Registration of machines: where definitions come from, and which handlers they need. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MachineConfig } from '../../lib/config/config.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { SystemEntropy } from '../../lib/drivers/system/system-entropy.ts';
import { registerMachine, requireHandlers } from '../../lib/operations/machine-registry.ts';
import type { Store } from '../../lib/ports/store/store.ts';

const recorderOf = (store: Store) => ({ store, entropy: new SystemEntropy(Date.now) });

const task = (Resource: string, rest: object = { End: true }) => ({
  Type: 'Task',
  Resource,
  ...rest,
});

const definition = {
  StartAt: 'A',
  States: {
    A: task('known', { Next: 'All' }),
    All: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'B', States: { B: task('missing') } },
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              ItemProcessor: { StartAt: 'C', States: { C: task('gone') } },
              End: true,
            },
          },
        },
      ],
      End: true,
    },
  },
};

describe('a registered machine', () => {
  it('a definition is read from a JSON or YAML file, or from the configuration itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-registry-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'm.asl.json'), '{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}');
    writeFileSync(join(folder, 'm.yaml'), 'StartAt: S\nStates:\n  S:\n    Type: Succeed\n');
    const store = openMemoryStore();
    const inline = { StartAt: 'S', States: { S: { Type: 'Succeed' } } };

    for (const given of ['m.asl.json', './m.yaml', inline]) {
      const { record } = await registerMachine(
        recorderOf(store),
        'm',
        { definition: given },
        folder,
      );
      expect(record).toMatchObject({ id: 'm', version: 1, definition: JSON.stringify(inline) });
    }
  });

  it('a machine has the type of its configuration, STANDARD by default', async () => {
    const store = openMemoryStore();
    const given = { StartAt: 'S', States: { S: { Type: 'Succeed' } } };
    const register = async (config: Partial<MachineConfig>) => {
      const { record } = await registerMachine(
        recorderOf(store),
        'm',
        { definition: given, ...config },
        '/',
      );
      return { version: record.version, kind: record.kind };
    };

    expect(await register({})).toEqual({ version: 1, kind: 'STANDARD' });
    expect(await register({ type: 'EXPRESS' })).toEqual({ version: 2, kind: 'EXPRESS' });
    expect(await register({ type: 'EXPRESS' })).toEqual({ version: 2, kind: 'EXPRESS' });
  });

  it('an EXPRESS machine that waits for a task token is refused and not recorded', async () => {
    const store = openMemoryStore();
    const wait = task('arn:aws:states:::sqs:sendMessage.waitForTaskToken');
    const waiting = { StartAt: 'W', States: { W: wait } };

    await expect(
      registerMachine(recorderOf(store), 'm', { definition: waiting, type: 'EXPRESS' }, '/'),
    ).rejects.toMatchObject({
      code: 'INVALID_DEFINITION',
      message: expect.stringContaining(
        "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.waitForTaskToken' " +
          'service integration  at /States/W/Resource',
      ),
    });

    expect(await store.listMachines()).toEqual([]);
  });

  it('a machine without handlers is refused with every state that needs one', async () => {
    const machine = await registerMachine(recorderOf(openMemoryStore()), 'm', { definition }, '/');
    const invoker = {
      findRefusal: ({ resource }: { resource: string }) => (resource === 'known' ? null : 'no one'),
    };

    const store = openMemoryStore();
    await expect(requireHandlers(machine, { invoker, store })).rejects.toEqual(
      expect.objectContaining({
        code: 'UNKNOWN_HANDLER',
        message: expect.stringMatching(
          /2 task\(s\)[\s\S]*'missing' at .*\/B[\s\S]*'gone' at .*\/C/,
        ),
        fields: { machineId: 'm', unknown: 2 },
      }),
    );
    await requireHandlers(machine, { invoker: { findRefusal: () => null }, store });
  });

  it('a definition file that is not JSON is refused with its name and the place in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-registry-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'm.json'), '{"StartAt": "S",\n "States": }');

    await expect(
      registerMachine(recorderOf(openMemoryStore()), 'm', { definition: 'm.json' }, folder),
    ).rejects.toMatchObject({
      code: 'MALFORMED_DOCUMENT',
      message: expect.stringMatching(/m\.json.*line 2/),
    });
  });
});

/** Documents come back byte for byte, whatever they contain. */
import { expect } from 'vitest';
import {
  type Clause,
  checkpoint,
  createClaimed,
  ending,
  newExecution,
  nextId,
} from './store-harness.ts';

const awkward: Readonly<Record<string, string>> = {
  'keys out of order and repeated': '{"b":1,"a":2,"b":3}',
  'spaces and line ends': ' { "a" :\n\t[ 1 , 2 ]\r\n} ',
  'an escaped U+0000': '{"text":"a\\u0000b"}',
  'escaped lone surrogates': '["\\ud800","\\udc00x"]',
  'letters beyond the basic plane': '"𝄞 and 😀 and \u2028"',
  'keys that mean something elsewhere': '{"__proto__":{"x":1},"constructor":1,"$":2,"toString":3}',
  'numbers as they were written': '[1.0,1e3,-0,0.1000,12345678901234567890]',
  'quotes, backslashes and SQL': `"'; DROP TABLE x; -- \\\\ \\" $1 %s"`,
};

/** Defines the clauses about documents and texts. */
export function documentClauses(clause: Clause): void {
  for (const [what, document] of Object.entries(awkward)) {
    clause(`${what} come back byte for byte`, async ({ store }) => {
      const claimed = await createClaimed(store, { input: document });
      const events = `[${document}]`;
      await store.commit([
        checkpoint(claimed, { snapshot: document, output: document, events, firstEventId: 1 }),
      ]);

      const { input, snapshot, output } = (await store.getExecution(claimed.id)) ?? {};
      expect({ input, snapshot, output }).toEqual({
        input: document,
        snapshot: document,
        output: document,
      });
      expect(claimed.input).toBe(document);
      expect(await store.readHistory(claimed.id, 1, 1)).toEqual([events]);
    });
  }

  clause('a document can be a scalar, an array or null', async ({ store }) => {
    for (const document of ['1', '"text"', 'true', 'null', '[1,[2]]', '""']) {
      const claimed = await createClaimed(store, { input: document });
      await store.commit([ending(claimed, 'SUCCEEDED', { output: document })]);

      expect(claimed.input).toBe(document);
      expect(await store.getExecution(claimed.id)).toMatchObject({ output: document });
    }
  });

  clause('a document of a megabyte comes back whole', async ({ store }) => {
    const document = JSON.stringify({ text: 'ä€😀"\\'.repeat(80_000) });
    const claimed = await createClaimed(store, { input: document });
    await store.commit([
      checkpoint(claimed, { snapshot: document, events: `[${document}]`, firstEventId: 1 }),
    ]);

    const record = await store.getExecution(claimed.id);

    expect(document.length).toBeGreaterThan(500_000);
    expect(record?.input === document && record.snapshot === document).toBe(true);
    expect((await store.readHistory(claimed.id, 1, 1))[0] === `[${document}]`).toBe(true);
  });

  clause('a raw lone surrogate in a document becomes its escape', async ({ store }) => {
    const claimed = await createClaimed(store, { input: '"a\uD800b"' });

    expect(claimed.input).toBe('"a\\ud800b"');
    expect(JSON.parse(claimed.input)).toBe('a\uD800b');
  });

  clause('a text with U+0000 is stored with U+FFFD in its place', async ({ store }) => {
    const [nul, replaced] = ['a\0b\uD800', 'a\uFFFDb\uFFFD'];
    const claimed = await createClaimed(store, { name: nul, machineId: nul, problem: nul });
    await store.commit([ending(claimed, 'FAILED', { error: nul, cause: nul, archiveReason: nul })]);

    expect(claimed).toMatchObject({ name: replaced, machineId: replaced, problem: replaced });
    expect(await store.findExecution(nul, nul)).toMatchObject({ error: replaced, cause: replaced });
    const found = await store.listExecutions({ machineId: nul, error: nul }, { limit: 10 });
    expect(found.entries).toHaveLength(1);
    const archived = await store.listArchive({ machineId: nul }, { limit: 10 });
    expect(archived.entries).toMatchObject([{ reason: replaced, error: replaced }]);
  });

  clause(
    'a document with lone surrogates does not fail the others of its commit',
    async ({ store }) => {
      const [poisonous, healthy] = [await createClaimed(store), await createClaimed(store)];

      const written = await store.commit([
        checkpoint(poisonous, { snapshot: '"\uDC00 \\u0000"', error: '\0', cause: '\uD800' }),
        checkpoint(healthy, { snapshot: '"fine"' }),
      ]);

      expect(written).toEqual(new Set([poisonous.id, healthy.id]));
    },
  );

  clause('a definition comes back byte for byte', async ({ store }) => {
    const definition = '{ "b": 1, "a": "\\u0000", "__proto__": {} }';
    await store.putMachine('orders', 'STANDARD', definition);

    expect(await store.getMachine('orders')).toMatchObject({ definition });
  });

  clause('a time comes back to the millisecond, in any time zone', async ({ store, clock }) => {
    await clock.advance(123_456_789);
    const execution = newExecution({ id: nextId() });
    await store.createExecutions([execution], true);

    expect(await store.getExecution(execution.id)).toMatchObject({ createdAt: clock.now() });
  });
}

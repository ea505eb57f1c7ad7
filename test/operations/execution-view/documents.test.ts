/** Documents of executions: large ones, secrets, and the ends of characters. */
import { describe, expect, it } from 'vitest';
import type { Millrace } from '../../../lib/app/millrace.ts';
import { charactersIn, charactersOf } from '../../../lib/operations/execution-view/utf8-range.ts';
import { openApp } from '../../support/open-app.ts';
import fc from '../../support/properties.ts';

const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };

async function openWith(input: string): Promise<{ app: Millrace; id: string }> {
  const app = await openApp({
    machines: { m: { definition: pass } },
    payloadBytesMax: 50_000_000,
    redact: ['$.card'],
  });
  const id = '01900000-0000-7000-8000-000000000001';
  await app.drivers.store.createExecutions(
    [
      {
        id,
        machineId: 'm',
        machineVersion: 1,
        name: 'one',
        input,
        queue: 'default',
        retriesMax: 0,
      },
    ],
    true,
  );
  return { app, id };
}

const whole = { from: 0, bytes: 67_108_864 };

describe('a document', () => {
  it('a large document is read in parts, letter for letter, and shown to owners only', async () => {
    const input = `{"n":3544790567247868102.10,"text":"${'aü€😀'.repeat(200_000)}"}`;
    const { app, id } = await openWith(input);
    const { redactor } = app.executions;
    const bytes = Buffer.byteLength(input);

    const parts: string[] = [];
    for (let from = 0; from < bytes; from += 500_001) {
      const range = { from, bytes: 500_001 };
      const part = await app.executions.document(id, 'input', {
        ...range,
        redactor,
        showsLarge: true,
      });
      parts.push(part.text ?? '');
    }
    const refused = await app.executions.document(id, 'input', {
      ...whole,
      redactor,
      showsLarge: false,
    });

    expect(parts.join('')).toBe(input);
    expect(refused).toEqual({ text: null, bytes });
  });

  it('a redacted document has the size of what is shown', async () => {
    const { app, id } = await openWith('{"card":"4711","a":"ü"}');
    const { redactor } = app.executions;

    const shown = await app.executions.document(id, 'input', {
      ...whole,
      redactor,
      showsLarge: false,
    });

    const text = '{"card":"[redacted]","a":"ü"}';
    expect(shown).toEqual({ text, bytes: Buffer.byteLength(text), redacted: true });
  });

  it('ranges of a text that follow one another make up the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 9 }),
        (text, bytes) => {
          const size = Buffer.byteLength(text);
          const ranges = [];
          for (let from = 0; from < size; from += bytes) ranges.push({ from, bytes });

          expect(ranges.map((range) => charactersOf(text, range)).join('')).toBe(
            text.toWellFormed(),
          );
        },
      ),
    );
  });

  it('a part that begins inside a character leaves its rest out', () => {
    const part = Buffer.from('€b').subarray(1);

    expect(charactersIn(part, 9)).toBe('b');
    expect(charactersIn(Buffer.from('a€'), 2)).toBe('a€');
    expect(charactersIn(Buffer.from(''), 2)).toBe('');
  });
});

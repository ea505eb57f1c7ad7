/** Texts of others in what a command prints: no control character reaches the terminal raw. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ProgressBar } from '../../../lib/cli/progress-bar.ts';
import { control, markControls, safeOutput } from '../../../lib/cli/terminal/safe-output.ts';
import { textTable } from '../../../lib/cli/text-table.ts';
import { call, folderWith, jsonOf } from '../cli-call.ts';

/** Clears the screen, sets the title, forges a row, reorders the rest; in C0, C1 and Unicode. */
const evil = '\u001b[2J\u001b]0;title\u0007\u009b31m\nid  fake  SUCCEEDED\r\u202egnp.exe\u2028';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed
const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** Returns a safe output, and what it has written. */
function openOutput() {
  const written: string[] = [];
  const output = safeOutput({ isTTY: true, columns: 80, write: (text) => written.push(text) });
  return { output, written };
}

describe('an output', () => {
  it('an output prints controls of others as escapes, and its own as they are', () => {
    const { output, written } = openOutput();

    output.write(`${control('\u001b[K')}${markControls('\u001b[31mred\u001b[39m')} ${evil}\n`);

    const [text = ''] = written;
    expect(text.startsWith('\u001b[K\u001b[31mred\u001b[39m \\u001b[2J\\u001b]0;title')).toBe(true);
    expect(text.slice('\u001b[K\u001b[31mred\u001b[39m'.length)).not.toMatch(raw);
  });

  it('an output whose reader is slow says so, and when it takes more', async () => {
    const pipe = new PassThrough({ highWaterMark: 4 });
    const output = safeOutput(pipe);
    const { signal } = new AbortController();

    const isTaken = output.write('longer than four characters');
    const drained = output.drained?.(signal);
    pipe.resume();
    await drained;

    expect(isTaken).toBe(false);
    expect(output.write('four')).toBe(false);
    await expect(output.drained?.(AbortSignal.abort())).rejects.toThrow(/abort/);
  });

  it('a JSON document keeps its value', () => {
    const { output, written } = openOutput();

    output.write(JSON.stringify({ evil }, null, 2));

    expect(written[0]).not.toMatch(raw);
    expect(JSON.parse(written[0] ?? '')).toEqual({ evil });
  });

  it('the label of a progress bar and the cells of a table stay in their line', () => {
    const { output, written } = openOutput();

    new ProgressBar(output, evil).update({ done: 1, total: null, failed: 0, perSecond: 1 });
    const table = textTable(['id', 'error'], [['a', evil]]);

    expect(written[0]?.replace('\r\u001b[2K', '')).not.toMatch(raw);
    expect(table).toHaveLength(2);
    expect(table.join('')).not.toMatch(raw);
    expect(table.join('')).not.toContain('\n');
  });
});

describe('a command that prints texts of others', () => {
  const definition = {
    StartAt: 'No',
    States: { No: { Type: 'Fail', Error: evil, Cause: evil } },
  };
  it('an error and its cause print no controls, and forge no line', async () => {
    const folder = folderWith({ 'evil.asl.json': JSON.stringify(definition) });
    const run = ['run', 'evil.asl.json', '--store', 'memory', '--name', 'n'];

    const asText = await call(run, { folder });
    const asJson = await call([...run, '--json'], { folder });

    expect(asText.stdout).not.toMatch(raw);
    expect(asText.stdout).not.toMatch(/^id {2}fake/m);
    expect(asText.stdout.split('\n')).toHaveLength(3);
    expect(asJson.stdout).not.toMatch(raw);
    expect(jsonOf(asJson)).toMatchObject({ error: evil, cause: evil });
  });

  it('a failure prints no controls, and its further lines are indented', async () => {
    const config = `throw new Error(${JSON.stringify(evil)});`;
    const folder = folderWith({ 'millrace.config.mjs': config });

    const { stderr } = await call(['batch', 'start', 'x'], { folder });

    expect(stderr).toContain('\\u001b[2J');
    expect(stderr).not.toMatch(raw);
    expect(stderr).not.toMatch(/^id {2}fake/m);
  });
});

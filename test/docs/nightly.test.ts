/** Runs the commands of docs/nightly.md in a folder with its files, in their order. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { fillPlaceholders } from '../../lib/batch/schedule/placeholders.ts';
import { parseScheduleExpression } from '../../lib/batch/schedule/schedule-expression.ts';
import { call, folderWith } from '../cli/cli-call.ts';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { codeBlocks, codeIn, readDocument, section, tableRows } from './markdown.ts';

const document = readDocument('docs/nightly.md');
const blocks = codeBlocks(document);
const files = Object.fromEntries(
  blocks.filter(({ note }) => note !== '' && note !== 'run').map(({ note, text }) => [note, text]),
);
const lines = blocks
  .filter(({ note }) => note === 'run')
  .flatMap(({ text }) => text.trim().split('\n'));

/** What a command prints, by its line. */
const printed: Readonly<Record<string, RegExp>> = {
  'npx millrace batch start bills --at 2026-05-01 --id may-1': /succeeded +2\n/,
  'npx millrace batch start bills --path in/2026-05-01.csv --name-prefix again --set options.priority=low':
    /low +2/,
  'npx millrace schedule list': /bills +30 1 \* \* \* Europe\/Berlin/,
  "npx millrace schedule pause bills --reason 'the bank is closed'": /is paused/,
  'npx millrace schedule resume bills': /is resumed/,
  'npx millrace schedule start bills --at 2026-04-30T23:30:00Z': /batch .* is recorded/,
};

it('every command of the nightly batch does what the text says', async () => {
  const folder = folderWith(files);
  const reach = await chooseStore(folder);
  const batchIds: string[] = [];

  for (const line of lines) {
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    );
    const args = words.slice(words.indexOf('millrace') + 1);
    const result = await call([...args, ...reach], { folder });

    expect([line, result.status, result.status === 0 ? '' : result.stderr]).toEqual([line, 0, '']);
    expect(result.stdout).toMatch(printed[line] ?? /./);
    if (line.includes('--id may-1')) batchIds.push(/[\da-f-]{36}/.exec(result.stdout)?.[0] ?? line);
  }

  expect(new Set(batchIds).size).toBe(1);
  expect(lines).toEqual(expect.arrayContaining(Object.keys(printed)));
}, 60_000);

/** The data are in the current folder, or in a database, which is opened in less time. */
async function chooseStore(folder: string): Promise<string[]> {
  if (!hasPostgres) return ['--data', `${folder}/data`];
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  return ['--postgres', database.url];
}

describe('the tables of docs/nightly.md', () => {
  it('each schedule is one', () => {
    const rows = tableRows(section(document, '## Start it by a schedule'));
    const schedules = rows.flatMap(([schedule = '']) => codeIn(schedule));

    expect(schedules.length).toBeGreaterThan(4);
    for (const schedule of schedules) {
      expect([schedule, parseScheduleExpression(schedule)]).toEqual([schedule, expect.any(Object)]);
    }
  });

  it('each placeholder becomes what the table says', () => {
    const values = { atMs: Date.UTC(2026, 4, 1), timeZone: 'UTC', values: { region: 'eu' } };
    const [placeholders = ''] = section(document, "## Tonight's input").split('By hand');
    for (const [placeholder = '', becomes = ''] of tableRows(placeholders)) {
      const [text = '', expected = ''] = codeIn(`${placeholder} ${becomes}`);
      expect(fillPlaceholders('path', text, values)).toBe(expected);
    }
  });
});

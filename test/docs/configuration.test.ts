/** docs/configuration.md names every key, variable and flag there is, with its real default. */
import { describe, expect, it } from 'vitest';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import { runCli } from '../../lib/cli/program.ts';
import { envNames } from '../../lib/config/setting-sources.ts';
import { settingsDefaults } from '../../lib/config/settings.ts';
import { defaultWeights } from '../../lib/roles/delivery/priority-picker.ts';
import { janitorDefaults } from '../../lib/roles/janitor.ts';
import { workerDefaults } from '../../lib/roles/worker.ts';
import { codeIn, readDocument, root, section, tableRows } from './markdown.ts';

const text = readDocument('docs/configuration.md');

/** Key → default, of the tables below a heading whose rows begin with one key in backticks. */
function defaultsBelow(heading: string, upTo?: string): Map<string, string> {
  const [part = ''] = section(text, heading).split(upTo ?? '\n### ');
  const rows = tableRows(part).map(
    ([key = '', value = '']) => [codeIn(key)[0] ?? '', value] as const,
  );
  return new Map(rows);
}

/** The fields of an interface of `lib/`, in order. */
function fieldsOf(path: string, name: string): string[] {
  const [, body = ''] = readDocument(path).split(`export interface ${name} {\n`);
  const [own = ''] = body.split('\n}\n');
  return [...own.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field = '']) => field);
}

function shown(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

describe('docs/configuration.md', () => {
  it('docs/configuration.md lists the keys of a configuration', () => {
    const listed = [...defaultsBelow('## millrace.config.ts').keys()];

    expect(listed).toEqual(fieldsOf('lib/config/config.ts', 'MillraceConfig'));
  });

  it('docs/configuration.md gives the real defaults of a configuration', () => {
    const day = 24 * 60 * 60 * 1_000;
    const { critical, default: middle, low } = defaultWeights;
    const documented = defaultsBelow('## millrace.config.ts');

    expect(Object.fromEntries(documented)).toMatchObject({
      queues: `\`{ critical: ${critical}, default: ${middle}, low: ${low} }\``,
      data: shown(settingsDefaults.data),
      concurrency: shown(workerDefaults.concurrency),
      leaseSeconds: shown(workerDefaults.leaseMs / 1_000),
      graceSeconds: shown(workerDefaults.graceMs / 1_000),
      retentionDays: shown(janitorDefaults.retentionMs / day),
      measure: shown(settingsDefaults.measure),
      measureRetentionDays: shown(janitorDefaults.measureRetentionMs / day),
      payloadBytesMax: shown(settingsDefaults.payloadBytesMax),
      historyEventsMax: shown(settingsDefaults.historyEventsMax),
      historyBytesMax: shown(settingsDefaults.historyBytesMax),
    });
  });

  it('docs/configuration.md lists the options of a batch with their real defaults', () => {
    const { failurePolicy, item: _, ...plain } = batchDefaults;
    const documented = Object.fromEntries(defaultsBelow('### A batch', '\n## '));
    const expected = Object.entries({ ...plain, ...failurePolicy }).map(
      ([key, value]) => [key, shown(value)] as const,
    );

    expect(documented).toMatchObject(Object.fromEntries(expected));
    expect(Object.keys(documented)).toEqual(
      expect.arrayContaining(fieldsOf('lib/batch/batch-options.ts', 'BatchOptions')),
    );
  });

  it('docs/configuration.md lists the environment variables that are read', () => {
    const listed = tableRows(section(text, '## Environment')).map(([cell = '']) => codeIn(cell)[0]);

    expect(listed).toEqual(Object.values(envNames));
  });

  it('docs/configuration.md lists the flags that commands on an app share', async () => {
    let help = '';
    const take = { write: (piece: string) => (help += piece) };
    const interrupted = new AbortController().signal;
    const readStdin = async () => '';
    const io = { stdout: take, stderr: take, folder: root, readStdin, interrupted, exit: () => {} };

    await runCli(io, ['machine', 'list', '--help']);

    const flags = [...help.matchAll(/^ {2}(--\S+(?: <\w+>)?)/gm)].map(([, flag = '']) => flag);
    const listed = tableRows(section(text, '## Flags')).map(([cell = '']) => codeIn(cell)[0]);
    expect([...listed, '--json']).toEqual(flags);
  });
});

/**
 * Writes the figures of `bench/results/*.json` into docs/benchmarks.md, between two markers. Run
 * `node bench/quote.ts` after a benchmark run whose figures are to be published; a test compares
 * the document with the files.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** Markers in the document; the text between them is generated. */
const markers = ['<!-- figures of bench/results -->', '<!-- end of figures -->'] as const;

interface QuotedFigure {
  readonly name: string;
  readonly label: string;
  readonly text: string;
}

/** The figures that are quoted, and the text of each. */
const quoted: readonly QuotedFigure[] = [
  { name: 'durable', label: 'PostgreSQL, default', text: '3-task machine on PostgreSQL, durable' },
  { name: 'durable', label: 'PostgreSQL, tuned', text: 'the same with `concurrency` 400' },
  {
    name: 'durable',
    label: 'PostgreSQL, default: of the limit',
    text: 'the default, of what the same SQL does alone',
  },
  {
    name: 'express',
    label: 'EXPRESS over STANDARD',
    text: 'the same machine as EXPRESS, of its rate as STANDARD',
  },
  { name: 'durable', label: 'PGlite, default', text: '3-task machine on PGlite, durable' },
  { name: 'interpreter', label: '3 tasks', text: 'the interpreter alone, in memory, one core' },
  { name: 'fan-out', label: 'PostgreSQL', text: 'fan-out from a file on PostgreSQL' },
  { name: 'fan-out', label: 'PGlite', text: 'fan-out from a file on PGlite' },
  {
    name: 'queue',
    label: 'durable, leader and 2 workers of 200',
    text: 'the 3-task machine on Redis and PostgreSQL, a leader and two workers',
  },
  {
    name: 'queue',
    label: '1,000,000 rows recorded and sent',
    text: 'a million rows recorded in PostgreSQL and sent to Redis',
  },
  {
    name: 'queue',
    label: 'enqueue: Millrace over BullMQ',
    text: "tasks a second into Redis, over BullMQ's `addBulk`",
  },
  {
    name: 'queue',
    label: 'receive and acknowledge, 100 at once: Millrace over BullMQ',
    text: 'tasks a second out of it, over a worker of BullMQ, 100 at once',
  },
  {
    name: 'queue',
    label: 'idle, 3 queues: Millrace over BullMQ',
    text: "commands of an idle worker of three queues, over BullMQ's",
  },
  { name: 'memory', label: '10,000 executions, peak', text: 'peak memory, batch of 10,000' },
  { name: 'memory', label: '200,000 executions, peak', text: 'peak memory, batch of 200,000' },
  {
    name: 'memory',
    label: 'live, the larger over the smaller',
    text: 'live memory after collection, 200,000 over 10,000',
  },
  { name: 'results', label: 'jsonl', text: 'the results of a million executions as JSON Lines' },
  { name: 'results', label: 'csv', text: 'the same as CSV' },
  {
    name: 'results',
    label: 'jsonl: live memory at the last row, of that at a tenth',
    text: 'live memory at the last of a million results, over a tenth of them',
  },
  { name: 'example', label: 'the batch', text: "`npm start`'s batch of 10,000 on PGlite" },
];

interface Result {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly date: string;
  readonly figures: readonly { label: string; unit: string; value: number }[];
}

/** Formats the figures as a Markdown table, with the machine that they were measured on. */
export function formatQuotedFigures(): string {
  const rows = quoted.map(({ name, label, text }) => {
    const figure = readResult(name).figures.find((candidate) => candidate.label === label);
    if (figure === undefined)
      throw new Error(`bench/results/${name}.json has no figure '${label}'`);
    return `| ${text} | ${figure.value.toLocaleString('en-US')} ${unitText(figure.unit)} |`;
  });
  const { machine, date } = readResult('durable');
  const where = `${machine.cores} cores of an ${machine.cpu}, Node ${machine.node}, ${date.slice(0, 10)}`;
  return [
    `Medians of one \`npm run bench\` on ${where}; every knob is in the files:`,
    '',
    '| what | figure |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
}

function readResult(name: string): Result {
  return JSON.parse(readFileSync(new URL(`bench/results/${name}.json`, root), 'utf8')) as Result;
}

function unitText(unit: string): string {
  return unit === 'ratio' ? '×' : unit;
}

if (import.meta.main) {
  const path = new URL('docs/benchmarks.md', root);
  const document = readFileSync(path, 'utf8');
  const [begin, end] = markers;
  const before = document.slice(0, document.indexOf(begin) + begin.length);
  const after = document.slice(document.indexOf(end));
  writeFileSync(path, `${before}\n\n${formatQuotedFigures()}\n\n${after}`);
}

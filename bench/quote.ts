/**
 * Writes the figures of `bench/results/*.json` into docs/benchmarks.md, between its two marks. Run
 * `node bench/quote.ts` after a bench whose figures are to be published; a test compares both.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** The marks in the document; the text between them is generated. */
const marks = ['<!-- figures of bench/results -->', '<!-- end of figures -->'] as const;

interface Quoted {
  readonly name: string;
  readonly label: string;
  readonly text: string;
}

/** Which figures are quoted, and in which words. */
const quoted: readonly Quoted[] = [
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
  { name: 'example', label: 'the batch', text: "`npm start`'s batch of 10,000 on PGlite" },
];

interface Result {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly date: string;
  readonly figures: readonly { label: string; unit: string; value: number }[];
}

/** The table as Markdown, and the machine it was measured on. */
export function quotedFigures(): string {
  const rows = quoted.map(({ name, label, text }) => {
    const figure = resultOf(name).figures.find((candidate) => candidate.label === label);
    if (figure === undefined)
      throw new Error(`bench/results/${name}.json has no figure '${label}'`);
    return `| ${text} | ${figure.value.toLocaleString('en-US')} ${unitText(figure.unit)} |`;
  });
  const { machine, date } = resultOf('durable');
  const where = `${machine.cores} cores of an ${machine.cpu}, Node ${machine.node}, ${date.slice(0, 10)}`;
  return [
    `Medians of one \`npm run bench\` on ${where}; every knob is in the files:`,
    '',
    '| what | figure |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
}

function resultOf(name: string): Result {
  return JSON.parse(readFileSync(new URL(`bench/results/${name}.json`, root), 'utf8')) as Result;
}

function unitText(unit: string): string {
  return unit === 'ratio' ? '×' : unit;
}

if (import.meta.main) {
  const path = new URL('docs/benchmarks.md', root);
  const document = readFileSync(path, 'utf8');
  const [begin, end] = marks;
  const before = document.slice(0, document.indexOf(begin) + begin.length);
  const after = document.slice(document.indexOf(end));
  writeFileSync(path, `${before}\n\n${quotedFigures()}\n\n${after}`);
}

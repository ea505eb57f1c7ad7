/** Formats the report and the help of `npm run cost`. */
import { textTable } from '../../lib/cli/text-table.ts';
import { type Comparison, comparisonNotes, usd } from './comparison.ts';
import { numberFlags } from './flags.ts';
import { measuringCommand } from './measured-calls.ts';

/**
 * Formats the table and the sentences under it.
 * @param isMeasured whether the number of Data API calls was measured
 */
export function reportText(comparison: Comparison, isMeasured: boolean): string {
  const { workload, engines, dataApiCallsPer1000, months } = comparison;
  const { executions, states, tasks, handlerMs, memoryMb, workerMb, payloadKb, runs } = workload;
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const calls = `${count(dataApiCallsPer1000)} Data API calls per 1,000 executions`;
  const origin = isMeasured ? 'measured' : `estimated; ${measuringCommand} measures them`;
  return [
    `${count(executions)} executions of ${states} states, ${tasks} of them tasks of ${handlerMs} ms ` +
      `at ${memoryMb} MB (workers of Millrace: ${workerMb} MB), ${payloadKb} KB of data, ${count(runs)} a month`,
    '',
    ...textTable(
      [
        'engine',
        'per million',
        'of which handlers',
        'fixed/month',
        'month',
        'Millrace cheaper from',
        'max/s',
      ],
      engines.map((each) => [
        each.name,
        usd(each.perMillion),
        usd((each.handlers / executions) * 1e6),
        usd(each.fixedPerMonth),
        usd(each.perMonth),
        each.name.startsWith('Millrace')
          ? null
          : each.breakEven === null
            ? 'never on price'
            : `${count(each.breakEven)}/month`,
        `${count(each.ceiling.perSecond)} (${each.ceiling.by})`,
      ]),
    ),
    '',
    ...comparisonNotes(comparison),
    '',
    ...textTable(
      ['Millrace, line by line', 'idle month', 'this month'],
      months.map(({ name, idle, busy }) => [name, usd(idle), usd(busy)]),
    ),
    '',
    `Millrace makes ${calls} (${origin}).`,
    'List prices of us-east-1 without free tiers: bench/cost/prices.ts lists each with its source and date.',
  ].join('\n');
}

/** Formats the text of `--help`. */
export function helpText(): string {
  const lines = Object.entries(numberFlags).map(
    ([name, { help }]) => `  --${name.padEnd(16)} ${help}`,
  );
  return [
    'npm run cost -- [flags]: cost of a workload on Millrace, Step Functions and durable functions',
    '',
    ...lines,
    '  --always-on        never pause the database',
    '  --json             print everything as JSON, prices included',
  ].join('\n');
}

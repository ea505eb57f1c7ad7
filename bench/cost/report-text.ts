/** What `npm run cost` prints for people. */
import { textTable } from '../../lib/cli/text-table.ts';
import { type Comparison, honestSentences, usd } from './comparison.ts';
import { numberFlags } from './flags.ts';
import { measuringCommand } from './measured-calls.ts';

/** The table and the sentences under it; `isMeasured` says where its calls come from. */
export function reportText(comparison: Comparison, isMeasured: boolean): string {
  const { workload, engines, dataApiCallsPer1000 } = comparison;
  const { executions, states, tasks, handlerMs, memoryMb, workerMb, payloadKb, runs } = workload;
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const calls = `${count(dataApiCallsPer1000)} Data API calls per 1,000 executions`;
  const origin = isMeasured ? 'as measured' : `reckoned; ${measuringCommand} measures them`;
  return [
    `${count(executions)} executions of ${states} states, ${tasks} of them tasks of ${handlerMs} ms ` +
      `at ${memoryMb} MB (workers of Millrace: ${workerMb} MB), ${payloadKb} KB of data, ${count(runs)} a month`,
    '',
    ...textTable(
      [
        'engine',
        'per million',
        'of it handlers',
        'fixed/month',
        'month',
        'Millrace cheaper from',
        'at most/s',
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
    ...honestSentences(comparison),
    `Millrace makes ${calls} (${origin}).`,
    'List prices of us-east-1 without free tiers: bench/cost/prices.ts has each with its source and date.',
  ].join('\n');
}

/** What `--help` prints. */
export function helpText(): string {
  const lines = Object.entries(numberFlags).map(
    ([name, { says }]) => `  --${name.padEnd(16)} ${says}`,
  );
  return [
    'npm run cost -- [flags]: what a workload costs on Millrace, Step Functions, durable functions',
    '',
    ...lines,
    '  --always-on        the database never pauses',
    '  --json             everything, prices included',
  ].join('\n');
}

/** The wildlife-strike example: its definition, handlers and figures, compared with the file. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { handlers, nonRetryableErrors } from '../../examples/wildlife-strikes/handlers.ts';
import { transformers } from '../../examples/wildlife-strikes/report.ts';
import { type FinishedExecution, summarize } from '../../examples/wildlife-strikes/summary.ts';
import { parseDefinition } from '../../lib/asl/parse.ts';

const source = 'examples/wildlife-strikes/wildlife-strikes.asl.json';
const definitionText = readFileSync(new URL(`../../${source}`, import.meta.url), 'utf8');

/** Returns the rows by column name. The file quotes nothing, so lines can be split at commas. */
function readRows(): Record<string, string>[] {
  const path = new URL('../../examples/wildlife-strikes/birdstrikes.csv', import.meta.url);
  const [header = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(names.map((name, column) => [name, values[column] ?? '']));
  });
}

/** Returns the expected end of a row by the rules in the README, without code of the example. */
function expectedEnd(row: Record<string, string>): FinishedExecution {
  const damage = row['Effect Amount of damage'] ?? '';
  const totalDollars = Number(row['Cost Total $']);
  const priority = damage === 'Substantial' ? 'critical' : damage === 'None' ? 'low' : 'default';
  if (!['None', 'Minor', 'Medium', 'Substantial'].includes(damage)) {
    return { status: 'FAILED', priority, error: 'InvalidReport' };
  }
  const claimed = damage === 'Medium' || damage === 'Substantial' || totalDollars > 0;
  const outcome = claimed ? 'claim' : damage === 'Minor' ? 'inspection' : 'filed';
  return {
    status: 'SUCCEEDED',
    priority,
    output: claimed ? { outcome, totalDollars } : { outcome },
  };
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Returns the `Resource` of every Task state, including those in branches. */
function findResources(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Resource' in value && typeof value.Resource === 'string' ? [value.Resource] : [];
  return [...own, ...Object.values(value).flatMap(findResources)];
}

const rows = readRows();

describe('the definition of the wildlife-strike example', () => {
  it('the definition of the wildlife-strike example is valid', () => {
    const definition = parseDefinition(definitionText, { source });

    expect(definition.StartAt).toBe('Validate report');
  });

  it('the definition of the wildlife-strike example uses every handler and no other resource', () => {
    const resources = findResources(JSON.parse(definitionText));

    expect(resources.toSorted()).toEqual(Object.keys(handlers).toSorted());
  });
});

describe('summarize', () => {
  it('the reports are 612 claims of $39,023,825, 489 inspections and 8,884 filed', async () => {
    const summary = await summarize(each(rows.map(expectedEnd)));

    expect(rows).toHaveLength(10_000);
    expect(summary).toEqual({
      byOutcome: { claim: 612, inspection: 489, filed: 8884 },
      byPriority: { critical: 311, default: 750, low: 8939 },
      claimedDollars: 39_023_825,
    });
  });

  it('the wildlife-strike summary starts at zero and skips outputs of another shape', async () => {
    const odd = [null, 'claim', { outcome: 7 }, { outcome: 'claim', totalDollars: '12' }];

    const summary = await summarize(
      each(odd.map((output) => ({ status: 'SUCCEEDED', priority: 'low', output }))),
    );

    expect(summary).toEqual({
      byOutcome: { claim: 1, inspection: 0, filed: 0 },
      byPriority: { critical: 0, default: 0, low: 4 },
      claimedDollars: 0,
    });
  });
});

describe('the transformers of the wildlife-strike example', () => {
  it('every wildlife-strike row gets the priority of the rule', () => {
    const given = rows.map((row) => transformers.toPriority(row));

    expect(given).toEqual(rows.map((row) => expectedEnd(row).priority));
  });

  it('wildlife-strike rows are numbered from one and their columns renamed', () => {
    const input = transformers.toReport(rows[0], 0);

    expect(input.row).toBe(1);
    expect(input.report).toMatchObject({
      airport: 'BARKSDALE AIR FORCE BASE ARPT',
      damage: 'None',
      totalDollars: '0',
    });
  });

  it('an item that is no row becomes a report that fails validation', async () => {
    const { report } = transformers.toReport('not a row', 4);

    await expect(handlers.validateReport(report)).rejects.toMatchObject({ name: 'InvalidReport' });
  });
});

describe('the handlers of the wildlife-strike example', () => {
  it('fifteen wildlife-strike reports are invalid, and are not retried', async () => {
    const checks = await Promise.allSettled(
      rows.map((row, index) => handlers.validateReport(transformers.toReport(row, index).report)),
    );

    const reasons = checks.flatMap((check) => (check.status === 'rejected' ? [check.reason] : []));
    expect(reasons).toHaveLength(15);
    expect(reasons.map((reason) => reason.name)).toEqual(Array(15).fill(nonRetryableErrors[0]));
    expect(reasons[0].message).toBe(
      'damage is "C", which is none of None, Minor, Medium, Substantial',
    );
  });

  it('validateReport parses sums and refuses a text that is no sum', async () => {
    const { report } = transformers.toReport(rows[299], 299);

    const valid = await handlers.validateReport({ ...report, damage: 'Minor' });
    const invalid = handlers.validateReport({ ...report, damage: 'Minor', totalDollars: '1e9' });

    expect(valid).toMatchObject({ otherDollars: 0, repairDollars: 23_656, totalDollars: 23_656 });
    await expect(invalid).rejects.toMatchObject({ name: 'InvalidReport' });
  });

  it('lookUpRegion knows every region and fails only the first call of every fiftieth row', async () => {
    const look = (row: number, retryCount: number) =>
      handlers.lookUpRegion({ row, state: rows[row - 1]?.['Origin State'] ?? '' }, { retryCount });
    const numbers = rows.map((_, index) => index + 1);

    const first = await Promise.allSettled(numbers.map((row) => look(row, 0)));
    const second = await Promise.all(numbers.map((row) => look(row, 1)));

    const failed = numbers.filter((row) => first[row - 1]?.status === 'rejected');
    expect(failed).toEqual(numbers.filter((row) => row % 50 === 0));
    expect(second).not.toContain('unknown');
    await expect(look(50, 0)).rejects.toMatchObject({ name: 'RegionServiceUnavailable' });
  });

  it('openClaim returns the same number for the same claim', async () => {
    const strike = { row: 7, region: 'Southern', flightDate: '1990-01-08' };

    const claims = [await handlers.openClaim(strike), await handlers.openClaim(strike)];

    expect(claims[0]).toEqual({ claimNumber: '1990-01-08-7', office: 'Southern' });
    expect(claims[1]).toEqual(claims[0]);
  });
});

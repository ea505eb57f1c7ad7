/** The command `millrace archive redrive`. */
import { Command } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import type { OrderRequest, StartedOrder } from '../../operations/orders/start-order.ts';
import {
  reportMissing,
  type SelectionOptions,
  toArchiveFilter,
  toSelection,
  withSelectionOptions,
} from '../archive-selection.ts';
import { withExamples } from '../examples.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printLines } from '../io.ts';
import { withConcurrency, withConfiguredApp } from '../options/app-options.ts';
import { watchOrder } from '../watch-order.ts';
import { warnWithoutLeader } from './batch/batch-start.ts';

interface RedriveOptions extends SelectionOptions {
  readonly detach?: boolean;
  readonly latest?: boolean;
  readonly reason?: string;
}

/** Creates the command, which fails when a redriven execution fails again. */
export function archiveRedriveCommand(io: Io, fail: Fail): Command {
  const command = new Command('redrive')
    .description(
      'run archived executions again, each from the state that failed; it is an order, ' +
        'which `order pause`, `order resume --rate` and `order cancel` change while it runs',
    )
    .option('--detach', 'only start the order, for a running leader and its workers')
    .option(
      '--latest',
      'continue under the newest definitions of the machines, to apply a fix; ' +
        'what does not fit them stays in the archive',
    )
    .option('--reason <text>', 'why, for the log of changes');
  withExamples(withSelectionOptions(withConcurrency(command)), {
    'millrace archive redrive --error BadAddress --dry-run': 'count what would be redriven',
    'millrace archive redrive --error BadAddress': 'redrive it here, and wait for the results',
    'millrace archive redrive --all --rate 50 --detach':
      'leave the whole archive to the workers, 50 executions per second',
  });
  return command.action((ids: string[], options: RedriveOptions) =>
    withConfiguredApp(io, command, async (app) => {
      const missing = await reportMissing(io, app, ids, fail);
      const found = ids.filter((id) => !missing.includes(id));
      if (ids.length > 0 && found.length === 0) return printRedriven(io, options, noRedrive);
      const request = toRequest(found, options);
      if (options.dryRun) return printDryRun(io, options, await app.orders.start(request));
      if (options.detach) return await startOnly(io, app, request, options);
      const redriven = await redriveHere(io, app, request, found, options);
      printRedriven(io, options, redriven);
      if (redriven.isStopped) fail(exitStatus.interrupted);
      else if (redriven.failed > 0) fail(exitStatus.workFailed);
    }),
  );
}

function toRequest(ids: readonly string[], options: RedriveOptions): OrderRequest {
  const { all = false, limit, rate, reason, dryRun = false, latest = false } = options;
  const filter = toArchiveFilter(options);
  if (ids.length === 0 && Object.keys(filter).length === 0 && !all) {
    badArgument('expected tasks or a condition, or --all for the whole archive');
  }
  return {
    action: 'redrive',
    over: { archive: { ...filter, ...(ids.length > 0 && { ids }) } },
    dryRun,
    ...(limit !== undefined && { limit }),
    ...(rate !== undefined && { perSecond: rate }),
    ...(reason !== undefined && { reason }),
    ...(latest && { latest }),
  };
}

function printDryRun(
  io: Io,
  { json }: RedriveOptions,
  { matching, isMinimum, some }: StartedOrder,
): void {
  if (json) {
    printJson(io, { matching, isMinimum, some });
    return;
  }
  const lines = some.map(({ id, label, error }) => `  ${id}  ${label}  ${error ?? '–'}`);
  const more = matching > some.length ? [`  and ${matching - some.length} more`] : [];
  const count = isMinimum ? `${matching} or more` : `${matching}`;
  printLines(io, [`${count} would be redriven, oldest first`, ...lines, ...more]);
}

async function startOnly(
  io: Io,
  app: Millrace,
  request: OrderRequest,
  { json }: RedriveOptions,
): Promise<void> {
  const { orderId, matching } = await app.orders.start(request);
  if (json) printJson(io, { orderId, matching });
  else printLines(io, [`order ${orderId} redrives ${matching}: left to the leader`]);
  await warnWithoutLeader(io, app);
}

/** What was done in this process. */
interface Redriven {
  readonly orderId: string | null;
  readonly count: number;
  /** The number that did not succeed. */
  readonly failed: number;
  readonly isStopped: boolean;
}

const noRedrive: Redriven = { orderId: null, count: 0, failed: 0, isStopped: false };

/** Runs the roles in this process until the order and every redriven execution have ended. */
async function redriveHere(
  io: Io,
  app: Millrace,
  request: OrderRequest,
  ids: readonly string[],
  options: RedriveOptions,
): Promise<Redriven> {
  const executionIds = await listSelected(app, ids, options);
  if (executionIds.length === 0) return noRedrive;
  const { orderId, matching } = await app.orders.start(request);
  if (orderId === null) return noRedrive;
  await app.start(undefined, { evaluatesTriggers: false });
  try {
    const order = await watchOrder(io, app, orderId, { label: 'redriven', total: matching });
    if (io.interrupted.aborted) {
      await app.orders.cancel(orderId, 'interrupted');
      return { orderId, count: order.done, failed: 0, isStopped: true };
    }
    let failed = 0;
    for (const id of executionIds) {
      const execution = await app.executions.wait(id, { signal: io.interrupted });
      if (execution !== null && execution.status !== 'SUCCEEDED') failed += 1;
    }
    return { orderId, count: order.done, failed, isStopped: io.interrupted.aborted };
  } finally {
    await app.stop();
  }
}

/** Returns the executions that the order takes, to wait for their ends. */
async function listSelected(
  { archive }: Millrace,
  ids: readonly string[],
  options: RedriveOptions,
): Promise<readonly string[]> {
  const { all: _, ...filter } = toSelection(ids, options);
  const newestFirst: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await archive.list(filter, { limit: 1_000, ...(cursor && { cursor }) });
    newestFirst.push(...page.entries.flatMap(({ executionId }) => executionId ?? []));
    cursor = page.next;
  }
  return newestFirst.slice(-(options.limit ?? newestFirst.length));
}

function printRedriven(io: Io, { json }: RedriveOptions, redriven: Redriven): void {
  const { orderId, count, failed, isStopped } = redriven;
  if (json) {
    printJson(io, {
      orderId,
      redriven: count,
      ...(isStopped ? { stopped: true } : { failed }),
    });
    return;
  }
  const fate = isStopped
    ? 'interrupted: the others stay in the archive'
    : `run again, ${failed} did not succeed`;
  printLines(io, [`${count} redriven: ${fate}`]);
}

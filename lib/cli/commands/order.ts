/** The commands `millrace order list | get | start | pause | resume | cancel`. */
import { Command } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import type { OrderDetails } from '../../operations/orders/orders.ts';
import type { StartedOrder } from '../../operations/orders/start-order.ts';
import {
  type OrderFilter,
  type OrderStatus,
  orderStatuses,
} from '../../ports/store/order-store.ts';
import { type Examples, withExamples } from '../examples.ts';
import { fieldLines } from '../execution-text.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printLines } from '../io.ts';
import { type AppOptions, wholeNumber, withApp, withAppOptions } from '../options/app-options.ts';
import { momentOption } from '../options/time-option.ts';
import { type OrderOptions, toOrderRequest, withOrderOptions } from '../order-request.ts';
import { type PageOptions, printPage, toPageRequest, withPageOptions } from '../paging.ts';
import type { TableLook } from '../terminal/table-look.ts';
import { momentText, textTable } from '../text-table.ts';
import { watchOrder } from '../watch-order.ts';
import { warnWithoutLeader } from './batch/batch-start.ts';

const exampleId = '01994a3e-6f0c-7000-8000-000000000001';

/** Creates the commands. */
export function orderCommand(io: Io, fail: Fail): Command {
  return new Command('order')
    .description('change many things at a rate, and list every change that was made')
    .addCommand(listCommand(io))
    .addCommand(getCommand(io))
    .addCommand(startCommand(io, fail))
    .addCommand(changeCommand(io, pause))
    .addCommand(changeCommand(io, resume))
    .addCommand(changeCommand(io, cancel));
}

interface ListOptions extends PageOptions {
  readonly status?: string;
  readonly by?: string;
  readonly action?: string;
  readonly object?: string;
  readonly from?: number;
  readonly before?: number;
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('list orders and every other change, newest first')
    .option('--status <status>', `only ${orderStatuses.join(', ')}`)
    .option('--by <name>', 'only by this person')
    .option('--action <name>', 'only of this kind, such as redrive or pauseQueue')
    .option('--object <name>', 'only of this object, such as queue:low or batch:ID')
    .option('--from <time>', 'at or after this time', momentOption)
    .option('--before <time>', 'before this time', momentOption);
  withExamples(withAppOptions(withPageOptions(command)), {
    'millrace order list --object queue:low': 'list who paused and resumed a queue',
    'millrace order list --status RUNNING': 'list the orders under way',
  });
  return command.action((options: ListOptions) =>
    withApp(io, command, async ({ orders }) => {
      const page = await orders.list(toFilter(options), toPageRequest(options));
      printPage(io, options, 'orders', page, orderTable);
    }),
  );
}

function toFilter({ status, by, action, object, from, before }: ListOptions): OrderFilter {
  return {
    ...(status !== undefined && { status: toStatus(status) }),
    ...(by !== undefined && { by }),
    ...(action !== undefined && { action }),
    ...(object !== undefined && { object }),
    ...(from !== undefined && { from }),
    ...(before !== undefined && { before }),
  };
}

function toStatus(text: string): OrderStatus {
  return (
    orderStatuses.find((status) => status === text) ??
    badArgument(`--status must be one of ${orderStatuses.join(', ')}; found '${text}'`)
  );
}

function orderTable(entries: readonly OrderDetails[], look: TableLook): string[] {
  if (entries.length === 0) return ['there is no order'];
  return textTable(
    ['id', 'at', 'by', 'via', 'action', 'object', 'status', 'done', 'of', 'reason'],
    entries.map((order) => [
      order.id,
      momentText(order.at),
      order.by,
      order.via,
      order.action,
      order.object,
      order.status,
      order.done,
      order.total,
      order.reason,
    ]),
    { look, optional: ['reason', 'via', 'object', 'by', 'of', 'done'] },
  );
}

function getCommand(io: Io): Command {
  const command = new Command('get')
    .description('show an order with its progress')
    .argument('<id>', "the order's id");
  withExamples(withAppOptions(command), {
    [`millrace order get ${exampleId}`]: 'show how far an order is',
  });
  return command.action((id: string, { json }: AppOptions) =>
    withApp(io, command, async ({ orders }) => {
      const order = await orders.get(id);
      if (json) printJson(io, order);
      else printLines(io, fieldLines({ ...order, at: momentText(order.at) }));
    }),
  );
}

function startCommand(io: Io, fail: Fail): Command {
  const command = new Command('start').description(
    'start an order: a leader carries it out, on what is selected now',
  );
  withExamples(withAppOptions(withOrderOptions(command)), {
    'millrace order start redrive archive --error BadAddress --dry-run':
      'count what would be redriven',
    'millrace order start redrive archive --error BadAddress --expect 1204 --rate 50':
      'redrive it, 50 per second, if it still is about as much',
    'millrace order start cancel executions --machine order --status PENDING,RUNNING --wait':
      'stop all open executions of a machine, and watch',
  });
  return command.action((action: string, kind: string, ids: string[], options: OrderOptions) =>
    withApp(io, command, async (app) => {
      const started = await app.orders.start(toOrderRequest(action, kind, ids, options));
      const { orderId } = started;
      if (orderId === null || !options.wait) {
        printStarted(io, options, started);
        if (orderId !== null) await warnWithoutLeader(io, app);
        return;
      }
      await warnWithoutLeader(io, app);
      const total = started.matching;
      const ended = await watchOrder(io, app, orderId, { label: 'done', total });
      if (options.json) printJson(io, ended);
      else printLines(io, [outcomeText(ended)]);
      if (io.interrupted.aborted) fail(exitStatus.interrupted);
      else if (ended.status !== 'DONE') fail(exitStatus.workFailed);
    }),
  );
}

function printStarted(io: Io, { json }: OrderOptions, started: StartedOrder): void {
  if (json) {
    printJson(io, started);
    return;
  }
  const { orderId, matching, isMinimum, some } = started;
  const count = isMinimum ? `${matching} or more` : `${matching}`;
  const lines = some.map(({ id, label, error }) => `  ${id}  ${label}  ${error ?? '–'}`);
  const head = orderId === null ? `it would take ${count}` : `order ${orderId} takes ${count}`;
  printLines(io, [head, ...lines]);
}

function outcomeText({ id, status, done, refused, outcome }: OrderDetails): string {
  const reason = outcome === null ? '' : `: ${outcome}`;
  return `order ${id} is ${status}${reason}; ${done} changed, ${refused} left as they were`;
}

/** A command that changes one order. */
interface OrderChange {
  readonly name: string;
  readonly description: string;
  readonly examples: Examples;
  readonly withOptions: (command: Command) => Command;
  readonly change: (
    app: Millrace,
    id: string,
    options: { readonly reason?: string; readonly rate?: number },
  ) => Promise<OrderDetails>;
}

const withReason = (command: Command) =>
  command.option('--reason <text>', 'why, for the log of changes');

const pause: OrderChange = {
  name: 'pause',
  description: 'pause an order after the page in progress',
  examples: { [`millrace order pause ${exampleId}`]: 'pause an order' },
  withOptions: withReason,
  change: ({ orders }, id, { reason }) => orders.pause(id, reason),
};

const resume: OrderChange = {
  name: 'resume',
  description: 'continue a paused order, or change the rate of a running one',
  examples: { [`millrace order resume ${exampleId} --rate 10`]: 'continue an order, more slowly' },
  withOptions: (command) =>
    command.option('--rate <n>', 'maximum number per second from now on', wholeNumber),
  change: ({ orders }, id, { rate }) =>
    orders.resume(id, rate === undefined ? {} : { perSecond: rate }),
};

const cancel: OrderChange = {
  name: 'cancel',
  description: 'end an order; what it has done stays done',
  examples: { [`millrace order cancel ${exampleId}`]: 'cancel an order' },
  withOptions: withReason,
  change: ({ orders }, id, { reason }) => orders.cancel(id, reason),
};

function changeCommand(io: Io, { name, description, examples, ...rest }: OrderChange): Command {
  const { withOptions, change } = rest;
  const command = new Command(name).description(description).argument('<id>', "the order's id");
  withExamples(withAppOptions(withOptions(command)), examples);
  return command.action(
    (id: string, options: AppOptions & { readonly reason?: string; readonly rate?: number }) =>
      withApp(io, command, async (app) => {
        const order = await change(app, id, options);
        if (options.json) printJson(io, { orderId: order.id, status: order.status });
        else printLines(io, [outcomeText(order)]);
      }),
  );
}

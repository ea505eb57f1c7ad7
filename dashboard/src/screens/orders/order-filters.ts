/** The filters of the log of orders, in the address, in requests and in commands. Pure. */
import type { Word } from '../../commands/commands.ts';
import type { Filter } from '../../ui/filter/filter.ts';
import { instant, isoOf, oneOf, text } from '../../url-state/codecs.ts';
import type { ValuesOf } from '../../url-state/url-state.ts';

const statuses = ['', 'RUNNING', 'PAUSED', 'DONE', 'CANCELLED', 'FAILED'] as const;

/** The parameters of the filters in the address. */
export const orderCodecs = {
  status: oneOf(statuses, ''),
  by: text,
  action: text,
  object: text,
  from: instant,
  before: instant,
};

/** The values of the filters. */
export type OrderFilters = ValuesOf<typeof orderCodecs>;

/** The filters as chips. */
export const orderFilters: readonly Filter[] = [
  { key: 'status', word: 'status', kind: 'word', words: statuses.slice(1) },
  { key: 'by', word: 'by', kind: 'text', hint: "the caller's name" },
  { key: 'action', word: 'change', kind: 'text', hint: 'such as redrive or pauseQueue' },
  { key: 'object', word: 'object', kind: 'text', hint: 'such as queue:low or batch:ID' },
  { key: 'from', word: 'from', kind: 'time' },
  { key: 'before', word: 'before', kind: 'time' },
];

/** Returns the query of `listOrders`. */
export function orderQuery({ status, by, action, object, from, before }: OrderFilters) {
  return { status, by, action, object, from: isoOf(from), before: isoOf(before) };
}

/** Returns the words of the `millrace` command with the same filters. */
export function orderListWords(values: OrderFilters): readonly Word[] {
  const options = Object.entries(orderQuery(values));
  return ['order', 'list', ...options.map(([key, value]) => [`--${key}`, value] as const)];
}

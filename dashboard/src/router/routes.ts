/** The addresses of all screens. Pure. */

/** The paths of screens, as patterns of the router. */
export const paths = Object.freeze({
  overview: '/',
  batches: '/batches',
  batch: '/batches/:batchId',
  executions: '/executions',
  compare: '/executions/compare',
  execution: '/executions/:executionId',
  queues: '/queues',
  queue: '/queues/:queue',
  workers: '/workers',
  machines: '/machines',
  machine: '/machines/:machineId',
  testState: '/machines/:machineId/test',
  archive: '/archive',
  archived: '/archive/:taskId',
  orders: '/orders',
  order: '/orders/:orderId',
  schedules: '/schedules',
  health: '/health',
  settings: '/settings',
} as const);

/** The name of a screen. */
export type ScreenName = keyof typeof paths;

type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** The parameters of a screen's path. */
export type ScreenParams<Name extends ScreenName> = {
  readonly [Key in NamesIn<(typeof paths)[Name]>]: string;
};

/** A value in the query of a link; undefined and '' leave it out. */
export type LinkValue = string | number | undefined;

/** Returns the address of a screen, below the page's base: `/batches/7?tab=failures`. */
export function pathTo<Name extends ScreenName>(
  name: Name,
  params: ScreenParams<Name>,
  query: Readonly<Record<string, LinkValue>> = {},
): string {
  const given: Readonly<Record<string, string>> = params;
  const path = paths[name].replaceAll(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(given[key] ?? ''),
  );
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  const text = search.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text === '' ? path : `${path}?${text}`;
}

/** An entry of the navigation: its screen, its word, and the key after `g`. */
export interface NavEntry {
  readonly screen: ScreenName;
  readonly word: string;
  readonly key: string;
}

/** The navigation, in its order. */
export const navEntries: readonly NavEntry[] = Object.freeze([
  { screen: 'overview', word: 'Overview', key: 'o' },
  { screen: 'batches', word: 'Batches', key: 'b' },
  { screen: 'executions', word: 'Executions', key: 'e' },
  { screen: 'queues', word: 'Queues', key: 'q' },
  { screen: 'archive', word: 'Archive', key: 'a' },
  { screen: 'orders', word: 'Orders', key: 'r' },
  { screen: 'workers', word: 'Workers', key: 'w' },
  { screen: 'machines', word: 'Machines', key: 'm' },
  { screen: 'schedules', word: 'Schedules', key: 's' },
  { screen: 'health', word: 'Health', key: 'h' },
  { screen: 'settings', word: 'Settings', key: 't' },
] as const);

/** Whether a path of the page belongs to an entry of the navigation. */
export function isWithin(path: string, { screen }: NavEntry): boolean {
  const own: string = paths[screen];
  return own === '/' ? path === '/' : path === own || path.startsWith(`${own}/`);
}

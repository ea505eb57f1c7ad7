/** The screen of each path. Every screen but the overview is loaded when it is first opened. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { OverviewScreen } from '../screens/overview/overview-screen.tsx';
import { paths, type ScreenName } from './routes.ts';

/** A screen; it reads its parameters from the path with `useParams`. */
export type Screen = ComponentType | LazyExoticComponent<ComponentType>;

const lazyScreens = {
  batches: lazy(async () => ({
    default: (await import('../screens/batches/batches-screen.tsx')).BatchesScreen,
  })),
  batch: lazy(async () => ({
    default: (await import('../screens/batch/batch-screen.tsx')).BatchScreen,
  })),
  executions: lazy(async () => ({
    default: (await import('../screens/executions/executions-screen.tsx')).ExecutionsScreen,
  })),
  compare: lazy(async () => ({
    default: (await import('../screens/execution/compare-screen.tsx')).CompareScreen,
  })),
  execution: lazy(async () => ({
    default: (await import('../screens/execution/execution-screen.tsx')).ExecutionScreen,
  })),
  queues: lazy(async () => ({
    default: (await import('../screens/queues/queues-screen.tsx')).QueuesScreen,
  })),
  queue: lazy(async () => ({
    default: (await import('../screens/queues/queue-screen.tsx')).QueueScreen,
  })),
  workers: lazy(async () => ({
    default: (await import('../screens/workers/workers-screen.tsx')).WorkersScreen,
  })),
  machines: lazy(async () => ({
    default: (await import('../screens/machines/machines-screen.tsx')).MachinesScreen,
  })),
  machine: lazy(async () => ({
    default: (await import('../screens/machines/machine-screen.tsx')).MachineScreen,
  })),
  testState: lazy(async () => ({
    default: (await import('../screens/machines/test-state-screen.tsx')).TestStateScreen,
  })),
  archive: lazy(async () => ({
    default: (await import('../screens/archive/archive-screen.tsx')).ArchiveScreen,
  })),
  archived: lazy(async () => ({
    default: (await import('../screens/archive/archived-screen.tsx')).ArchivedScreen,
  })),
  orders: lazy(async () => ({
    default: (await import('../screens/orders/orders-screen.tsx')).OrdersScreen,
  })),
  order: lazy(async () => ({
    default: (await import('../screens/orders/order-screen.tsx')).OrderScreen,
  })),
  schedules: lazy(async () => ({
    default: (await import('../screens/schedules/schedules-screen.tsx')).SchedulesScreen,
  })),
  health: lazy(async () => ({
    default: (await import('../screens/health/health-screen.tsx')).HealthScreen,
  })),
  settings: lazy(async () => ({
    default: (await import('../screens/settings/settings-screen.tsx')).SettingsScreen,
  })),
} satisfies Readonly<Record<Exclude<ScreenName, 'overview'>, Screen>>;

/** The screens by path, in the order in which paths are matched: fixed ones before parameters. */
export const screens: readonly (readonly [path: string, screen: Screen])[] = [
  [paths.overview, OverviewScreen],
  ...Object.entries(lazyScreens).map(
    ([name, screen]) => [paths[name as ScreenName], screen] as const,
  ),
];

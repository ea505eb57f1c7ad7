/** The navigation: a rail at the left, below 700 px a bar with the rest in a menu. */
import {
  Archive,
  Blocks,
  CalendarClock,
  ClipboardList,
  Cpu,
  Gauge,
  HeartPulse,
  Layers,
  ListChecks,
  ListOrdered,
  type LucideIcon,
  MoreHorizontal,
  Settings,
} from 'lucide-react';
import { Link, useLocation } from 'wouter';
import { isWithin, navEntries, paths, type ScreenName } from '../router/routes.ts';
import { Menu } from '../ui/menu.tsx';
import { useNarrow } from '../ui/use-narrow.ts';
import styles from './nav-rail.module.css';

const icons: Partial<Readonly<Record<ScreenName, LucideIcon>>> = {
  overview: Gauge,
  batches: Layers,
  executions: ListChecks,
  queues: ListOrdered,
  archive: Archive,
  orders: ClipboardList,
  workers: Cpu,
  machines: Blocks,
  schedules: CalendarClock,
  health: HeartPulse,
  settings: Settings,
};

/** How many entries fit into the bar of a narrow screen. */
const barEntries = 4;

/** The navigation of the page. */
export function NavRail() {
  const [path, navigate] = useLocation();
  const isNarrow = useNarrow();
  const shown = isNarrow ? navEntries.slice(0, barEntries) : navEntries;
  return (
    <nav className={styles.rail} aria-label="Screens">
      <Link href="/" className={styles.brand} aria-label="Millrace, overview">
        <Mark />
        <span>Millrace</span>
      </Link>
      <ul>
        {shown.map((entry) => {
          const Icon = icons[entry.screen] ?? Gauge;
          return (
            <li key={entry.screen}>
              <Link
                href={paths[entry.screen]}
                className={styles.entry}
                aria-current={isWithin(path, entry) ? 'page' : undefined}
                title={`${entry.word} (g ${entry.key})`}
              >
                <Icon size={17} aria-hidden />
                <span>{entry.word}</span>
              </Link>
            </li>
          );
        })}
        {isNarrow && (
          <li>
            <Menu
              kind="quiet"
              icon={MoreHorizontal}
              label="More screens"
              items={navEntries.slice(barEntries).map((entry) => ({
                key: entry.screen,
                word: entry.word,
                icon: icons[entry.screen] ?? Gauge,
                isChosen: isWithin(path, entry),
                onSelect: () => navigate(paths[entry.screen]),
              }))}
            />
          </li>
        )}
      </ul>
    </nav>
  );
}

/** The wheel in its water. */
function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true" className={styles.mark}>
      <g fill="none" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round">
        <circle cx="16" cy="13.5" r="8" />
        <path d="M16 5.5v16M8 13.5h16M10.5 8l11 11M21.5 8l-11 11" strokeWidth="1.6" />
        <path d="M3 27c3.2 0 3.2-2 6.5-2s3.2 2 6.5 2 3.2-2 6.5-2 3.2 2 6.5 2" />
      </g>
    </svg>
  );
}

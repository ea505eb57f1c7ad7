/** A status as icon, word and colour: none of the three is needed to understand the others. */
import {
  Archive,
  Ban,
  Check,
  Circle,
  Contrast,
  Info,
  type LucideIcon,
  Moon,
  Pause,
  RotateCw,
  Shield,
  Timer,
  TriangleAlert,
  X,
} from 'lucide-react';
import { Visible } from '../text/visible.tsx';
import styles from './status-badge.module.css';
import { type StatusIcon, statusLook } from './status-look.ts';

const icons: Readonly<Record<StatusIcon, LucideIcon>> = {
  half: Contrast,
  check: Check,
  cross: X,
  timer: Timer,
  again: RotateCw,
  moon: Moon,
  circle: Circle,
  stop: Ban,
  pause: Pause,
  shield: Shield,
  archive: Archive,
  alert: TriangleAlert,
  info: Info,
};

/** Shows a status. `quiet` leaves the frame out, for tables. */
export function StatusBadge({
  status,
  quiet = false,
  live = false,
}: {
  readonly status: string;
  readonly quiet?: boolean;
  /** Whether it is being followed: a running one pulses, unless motion is to be reduced. */
  readonly live?: boolean;
}) {
  const { word, tone } = statusLook(status);
  return (
    <span
      className={`${quiet ? styles.quiet : styles.badge} ${live && tone === 'running' ? styles.live : ''}`}
      data-tone={tone}
      data-status={status}
    >
      <StatusMark status={status} />
      <Visible text={word} />
    </span>
  );
}

/** The icon of a status alone, where its word stands beside it. */
export function StatusMark({ status }: { readonly status: string }) {
  const { tone, icon } = statusLook(status);
  const Icon = icons[icon];
  return <Icon className={styles.icon} data-tone={tone} size={14} strokeWidth={2.4} aria-hidden />;
}

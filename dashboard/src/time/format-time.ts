/** Times as people read them: absolute with the zone named, short, and relative. Pure. */
import { offsetMinutesAt, wallTimeAt } from './zone.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Returns a zone as people call it: `Berlin` for Europe/Berlin. */
export function zoneLabel(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** Returns `2026-11-24 02:14:07`. */
export function formatWall(at: number, zone: string): string {
  const { year, month, day, hour, minute, second } = wallTimeAt(at, zone);
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}`;
}

/** Returns `2026-11-24 02:14:07 Berlin (UTC+1)`, or `2026-11-24 01:14:07 UTC`. */
export function formatAbsolute(at: number, zone: string): string {
  const wall = formatWall(at, zone);
  if (zone === 'UTC') return `${wall} UTC`;
  return `${wall} ${zoneLabel(zone)} (${formatOffset(offsetMinutesAt(at, zone))})`;
}

/** Returns `02:14` within the day of `now`, `24 Nov 02:14` within its year, else `24 Nov 2025`. */
export function formatClock(at: number, zone: string, now: number): string {
  const wall = wallTimeAt(at, zone);
  const today = wallTimeAt(now, zone);
  const time = `${two(wall.hour)}:${two(wall.minute)}`;
  const isThisYear = wall.year === today.year;
  if (isThisYear && wall.month === today.month && wall.day === today.day) return time;
  const date = `${wall.day} ${months[wall.month - 1]}`;
  return isThisYear ? `${date} ${time}` : `${date} ${wall.year}`;
}

/**
 * Returns the label of a time on an axis: `02:14`, and `24 Nov` at the beginning of a day; with
 * seconds, `02:14:05`, where the labels are less than a minute apart.
 */
export function formatTick(at: number, zone: string, stepMs: number = minuteMs): string {
  const { day, month, hour, minute, second } = wallTimeAt(at, zone);
  const time = `${two(hour)}:${two(minute)}`;
  if (stepMs < minuteMs) return `${time}:${two(second)}`;
  return hour === 0 && minute === 0 ? `${day} ${months[month - 1]}` : time;
}

/** Returns `now`, `12 s ago`, `3 min ago`, `5 h ago`, `in 4 min`, `12 days ago`. */
export function formatRelative(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 1_000) return 'now';
  const amount = formatAmount(distance);
  return at > now ? `in ${amount}` : `${amount} ago`;
}

function formatAmount(ms: number): string {
  if (ms < minuteMs) return `${Math.floor(ms / 1_000)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`;
  const days = Math.floor(ms / dayMs);
  return days < 700 ? `${days} days` : `${Math.floor(days / 365)} years`;
}

/** Returns `UTC`, `UTC+1` or `UTC-3:30`. */
function formatOffset(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? '' : `:${two(size % 60)}`;
  return `UTC${minutes < 0 ? '-' : '+'}${Math.floor(size / 60)}${rest}`;
}

const months = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Numbers as people read them. Pure. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Returns `1,240,113`. */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** Returns a count that stops at `upTo`: `10,000+` means that many or more. */
export function formatCapped(count: number, upTo: number): string {
  return count >= upTo ? `${formatCount(upTo)}+` : formatCount(count);
}

/** Returns `12`, `8,890`, `214 k`, `2.1 M`. */
export function formatShort(count: number): string {
  if (count < 10_000) return formatCount(count);
  if (count < 1_000_000) return `${formatCount(count / 1_000)} k`;
  return `${digits(count / 1_000_000)} M`;
}

/** Returns `1,356/s`, `2.1/s`, `0.02/s`; `–` when it is not known. */
export function formatRate(perSecond: number | null | undefined): string {
  if (perSecond === null || perSecond === undefined) return '–';
  if (perSecond === 0) return '0/s';
  if (perSecond < 0.01) return '< 0.01/s';
  return `${perSecond < 1 ? perSecond.toFixed(2) : digits(perSecond)}/s`;
}

/** Returns `0.2 %`, `12 %`, `62 %`, `< 0.1 %`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return '< 0.1 %';
  if (percent < 10) return `${percent.toFixed(1)} %`;
  // Something that is not done yet never reads as done.
  return `${percent < 100 ? Math.min(Math.round(percent), 99) : Math.round(percent)} %`;
}

/** Returns `12 ms`, `0.2 s`, `1.4 s`, `41 s`, `3 min`, `1 h 20 min`, `2 d 3 h`. */
export function formatDuration(ms: number): string {
  if (ms < 100) return `${ms < 10 && ms % 1 !== 0 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return withRest(minutes, 'min', seconds % 60, 's');
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return withRest(hours, 'h', minutes % 60, 'min');
  return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** Returns `312 B`, `64 KiB`, `30 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_024 ** 2) return `${digits(bytes / 1_024)} KiB`;
  if (bytes < 1_024 ** 3) return `${digits(bytes / 1_024 ** 2)} MiB`;
  return `${digits(bytes / 1_024 ** 3)} GiB`;
}

/** Returns `1 execution` or `12 executions`. */
export function formatThings(count: number, thing: string, things = `${thing}s`): string {
  return `${formatCount(count)} ${count === 1 ? thing : things}`;
}

/** One digit after the point below ten, none above. */
function digits(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : formatCount(value);
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;
}

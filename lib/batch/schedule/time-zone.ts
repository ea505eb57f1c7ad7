/** Converts between instants and the local times of a time zone. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether a time zone with this name exists. */
export function isTimeZone(name: string): boolean {
  try {
    getFormat(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the instant of a local time, which is written as if it were UTC. A time that occurs twice
 * when clocks are set back is the first instant; one that is skipped when clocks are set forward is
 * undefined.
 */
export function toInstant(localMs: number, timeZone: string): number | undefined {
  const dayMs = 86_400_000;
  const offsets = [localMs - dayMs, localMs + dayMs].map((each) => offsetAt(each, timeZone));
  const instants = offsets
    .map((offset) => localMs - offset)
    .filter((instant) => instant + offsetAt(instant, timeZone) === localMs);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** Returns the local time of an instant, written as if it were UTC. */
export function toLocalTime(instantMs: number, timeZone: string): number {
  return instantMs + offsetAt(instantMs, timeZone);
}

/** Returns how far the time zone is ahead of UTC, in milliseconds. */
function offsetAt(instantMs: number, timeZone: string): number {
  const parts = getFormat(timeZone).formatToParts(instantMs);
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  );
  return shown - Math.floor(instantMs / 1_000) * 1_000;
}

function getFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

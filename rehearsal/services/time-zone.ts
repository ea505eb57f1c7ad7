/** The clock of a time zone, pure: which instant a local time is, if it is one. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant of a local time that is written as if it were UTC; the first where a clock that is
 * set back shows it twice, undefined where one that is set forward skips it.
 */
export function instantOf(localMs: number, timeZone: string): number | undefined {
  const dayMs = 86_400_000;
  const offsets = [localMs - dayMs, localMs + dayMs].map((each) => offsetAt(each, timeZone));
  const instants = offsets
    .map((offset) => localMs - offset)
    .filter((instant) => instant + offsetAt(instant, timeZone) === localMs);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** What a clock of the zone shows at an instant, written as if it were UTC. */
export function localTimeAt(instantMs: number, timeZone: string): number {
  return instantMs + offsetAt(instantMs, timeZone);
}

/** How far the zone is ahead of UTC, in milliseconds. */
function offsetAt(instantMs: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(instantMs);
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

function formatOf(timeZone: string): Intl.DateTimeFormat {
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

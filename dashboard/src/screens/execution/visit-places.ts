/** Which branches and iterations of an execution are looked at. Pure. */
import type { Visit } from './visit.ts';

/** The most places that are read at once. */
export const placesMax = 40;

/** The most branches of one Parallel that are read. */
const branchesMax = 12;

/** Returns the place of a branch or iteration of a visit. */
export function placeInside({ place, eventId }: Visit, index: number): string {
  const own = `${eventId}.${index}`;
  return place === '' ? own : `${place}/${own}`;
}

/** Returns which iteration of a Map's visit the chosen place is in; null when it is in none. */
export function iterationIn(chosen: string, visit: Visit): number | null {
  const prefix = placeInside(visit, 0).slice(0, -1);
  if (!chosen.startsWith(prefix)) return null;
  const index = /^\d{1,9}/.exec(chosen.slice(prefix.length))?.[0];
  return index === undefined ? null : Number(index);
}

/**
 * Returns the places to read: the top, the branches of each Parallel, and one iteration of each Map
 * that has been visited, as far as what is known of the places around them tells.
 * @param usual the iteration of a Map to look at when none is chosen
 */
export function placesToShow(
  known: ReadonlyMap<string, readonly Visit[]>,
  chosen: string,
  usual: (visit: Visit) => number,
): string[] {
  const places = [''];
  for (const place of places) {
    if (places.length >= placesMax) break;
    for (const visit of shownHosts(known.get(place) ?? [], chosen)) {
      places.push(...placesOf(visit, chosen, usual));
    }
  }
  return places.slice(0, placesMax);
}

/** Of each state, its newest visit; or the one that the chosen place is in. */
function shownHosts(visits: readonly Visit[], chosen: string): Visit[] {
  const byState = new Map<string, Visit>();
  for (const visit of visits) {
    if (visit.below === null || visit.below.total === 0) continue;
    const before = byState.get(visit.state);
    if (before !== undefined && iterationIn(chosen, before) !== null) continue;
    byState.set(visit.state, visit);
  }
  return [...byState.values()];
}

function placesOf(visit: Visit, chosen: string, usual: (visit: Visit) => number): string[] {
  const total = visit.below?.total ?? 0;
  if (visit.type === 'Map') {
    const index = iterationIn(chosen, visit) ?? usual(visit);
    return index < total ? [placeInside(visit, index)] : [];
  }
  const count = Math.min(total, branchesMax);
  return Array.from({ length: count }, (_, index) => placeInside(visit, index));
}

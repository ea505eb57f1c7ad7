/** A list of saved views. Pure. */

/** A saved view. */
export interface SavedView {
  readonly screen: string;
  readonly name: string;
  /** The query of the address, without its question mark. */
  readonly search: string;
}

/** Reads views from a text; what is not a view is left out. */
export function readViews(text: string | null): readonly SavedView[] {
  if (text === null) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter(isView) : [];
  } catch {
    // Another program wrote it: there are no views.
    return [];
  }
}

/** Adds a view in place of one with the same name on the same screen. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  return [...withoutView(views, view), view].sort((a, b) => a.name.localeCompare(b.name));
}

/** Removes a view. */
export function withoutView(
  views: readonly SavedView[],
  { screen, name }: Pick<SavedView, 'screen' | 'name'>,
): readonly SavedView[] {
  return views.filter((each) => each.screen !== screen || each.name !== name);
}

function isView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null) return false;
  const { screen, name, search } = value as Readonly<Record<string, unknown>>;
  return typeof screen === 'string' && typeof name === 'string' && typeof search === 'string';
}

/**
 * The limits of lists. They are part of their texts: with a limit from the document, the planner
 * assumes a tenth of all rows, and may sort them instead of reading them in order.
 */
const shownSizes = [25, 101, 256, 1_001] as const;

/** Returns the limit of a list that returns at least `shownMax` rows. */
export function roundShown(shownMax: number): number {
  return shownSizes.find((size) => size >= shownMax) ?? shownMax;
}

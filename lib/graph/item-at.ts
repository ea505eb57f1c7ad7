import { assert } from '../errors.ts';

/** Returns the item at an index that the list is known to have. */
export function itemAt<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  // A constant: a layout asks for a million items, and a message for each would take most of it.
  assert(item !== undefined, 'the list has an item at this index');
  return item;
}

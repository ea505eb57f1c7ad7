import type { Json } from '../../asl/json/json.ts';
import { engineLimitDefaults, exceedsBytes } from '../../engine/limits.ts';
import type { ItemBatching } from '../../engine/map-run/map-run-spec.ts';

/**
 * Collects the items of one child, as `ItemBatcher` specifies: until the next item would exceed the
 * maximum number or make the child's input too large. An item that is too large alone is a batch of
 * its own.
 */
export class ItemBatch {
  readonly #batching: ItemBatching;
  readonly #bytesMax: number;
  readonly #items: Json[] = [];
  /** The JSON text of the batch without its closing brackets. */
  #text: string;

  constructor(batching: ItemBatching) {
    this.#batching = batching;
    const { payloadBytesMax } = engineLimitDefaults;
    this.#bytesMax = Math.min(batching.bytesMax ?? payloadBytesMax, payloadBytesMax);
    this.#text = JSON.stringify(this.input).slice(0, -2);
  }

  /** Number of items so far. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds the item; returns false when it does not fit, and the batch is complete. */
  add(item: Json): boolean {
    const { itemsMax } = this.#batching;
    if (itemsMax !== null && this.size >= itemsMax) return false;
    const text = `${this.#text}${this.size === 0 ? '' : ','}${JSON.stringify(item)}`;
    if (this.size > 0 && exceedsBytes(`${text}]}`, this.#bytesMax)) return false;
    this.#items.push(item);
    this.#text = text;
    return true;
  }

  /** The input of the child. */
  get input(): Json {
    const { batchInput } = this.#batching;
    const Items = this.#items;
    return batchInput === null ? { Items } : { BatchInput: batchInput, Items };
  }
}

/**
 * `ItemBatcher`: puts items together until the next would be one too many or make the child's input
 * too large. An item that is too large alone is a batch of its own.
 */
import type { Json } from '../../asl/json/json.ts';
import { engineLimitDefaults, exceedsBytes } from '../../engine/limits.ts';
import type { ItemBatching } from '../../engine/map-run/map-run-spec.ts';

/** One batch in the making. */
export class ItemBatch {
  readonly #batching: ItemBatching;
  readonly #bytesMax: number;
  readonly #items: Json[] = [];
  /** The batch's JSON text but for its closing brackets, which grows with it. */
  #text: string;

  constructor(batching: ItemBatching) {
    this.#batching = batching;
    const { payloadBytesMax } = engineLimitDefaults;
    this.#bytesMax = Math.min(batching.bytesMax ?? payloadBytesMax, payloadBytesMax);
    this.#text = JSON.stringify(this.input).slice(0, -2);
  }

  /** How many items it has. */
  get size(): number {
    return this.#items.length;
  }

  /** Takes the item, or answers false and is over. */
  add(item: Json): boolean {
    const { itemsMax } = this.#batching;
    if (itemsMax !== null && this.size >= itemsMax) return false;
    const text = `${this.#text}${this.size === 0 ? '' : ','}${JSON.stringify(item)}`;
    if (this.size > 0 && exceedsBytes(`${text}]}`, this.#bytesMax)) return false;
    this.#items.push(item);
    this.#text = text;
    return true;
  }

  /** What the child is given. */
  get input(): Json {
    const { batchInput } = this.#batching;
    const Items = this.#items;
    return batchInput === null ? { Items } : { BatchInput: batchInput, Items };
  }
}

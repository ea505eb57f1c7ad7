/**
 * The inputs of a map run's children, in order, as a source that a batch reads on from a saved
 * cursor: items, at most `MaxItems` of them, each shaped by `ItemSelector`, put together by
 * `ItemBatcher`. Where chunks begin and end changes nothing in what comes out. What cannot be read
 * or shaped is a {@link MapRunFailure}.
 */
import { isObject, type Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import type { Chance, ShapeItem } from '../../engine/map-run/map-run.ts';
import type { MapRunSpec } from '../../engine/map-run/map-run-spec.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchSource, SourceChunk, SourceItem } from '../batch-source.ts';
import { ItemBatch } from './item-batch.ts';
import { MapRunFailure, readerFailure } from './map-run-failure.ts';

/** What children's inputs are made of. */
export interface ChildSourceDeps {
  readonly run: MapRunSpec;
  readonly items: BatchSource;
  readonly shape: ShapeItem;
  readonly chance: Chance;
}

/** Items that are read at a time. */
const itemsAtOnce = 1_000;

/** Where the next child begins. */
interface Place {
  /** The cursor of the items that are ahead; null at the start. */
  readonly at: Json | null;
  /** How many of them are used up. */
  readonly used: number;
  /** The next item's index. */
  readonly item: number;
  /** The next child's index. */
  readonly child: number;
}

const start: Place = Object.freeze({ at: null, used: 0, item: 0, child: 0 });

/** See this file's head. An item's `index` is the child's. */
export class ChildSource implements BatchSource {
  readonly #parts: ChildSourceDeps;
  #place: Place = start;
  /** Items read from `#place.at` on; null while none have been. */
  #ahead: SourceChunk | null = null;

  constructor(parts: ChildSourceDeps) {
    this.#parts = parts;
  }

  async read(cursor: Json | null, limit: number): Promise<SourceChunk> {
    this.#goTo(cursor === null ? start : placeIn(cursor));
    const items: SourceItem[] = [];
    let done = false;
    while (items.length < limit && !done) {
      const value = await this.#nextChild();
      if (value === undefined) done = true;
      else items.push({ index: this.#place.child, value });
      if (value !== undefined) this.#place = { ...this.#place, child: this.#place.child + 1 };
    }
    return { items, cursor: { ...this.#place }, done };
  }

  async close(): Promise<void> {
    this.#ahead = null;
    await this.#parts.items.close();
  }

  #goTo(place: Place): void {
    const { item, child } = this.#place;
    if (place.item === item && place.child === child) return;
    this.#place = place;
    this.#ahead = null;
  }

  async #nextChild(): Promise<Json | undefined> {
    const { batching } = this.#parts.run;
    if (batching === null) {
      const item = await this.#nextItem();
      if (item !== undefined) this.#take();
      return item;
    }
    const batch = new ItemBatch(batching);
    for (;;) {
      const item = await this.#nextItem();
      if (item === undefined || !batch.add(item)) break;
      this.#take();
    }
    return batch.size === 0 ? undefined : batch.input;
  }

  /** What a child is given for the next item, which is not used up; undefined behind the last. */
  async #nextItem(): Promise<Json | undefined> {
    const { run, shape, chance } = this.#parts;
    const itemsMax = run.reader?.itemsMax ?? Number.POSITIVE_INFINITY;
    const index = this.#place.item;
    if (index >= itemsMax) return undefined;
    const item = await this.#peek();
    if (item === undefined) return undefined;
    const shaped = shape(run.scope, { index, value: item }, chance);
    if ('input' in shaped) return shaped.input;
    const { error = ErrorName.runtime, cause = '' } = shaped.failure;
    throw new MapRunFailure(error, cause);
  }

  async #peek(): Promise<Json | undefined> {
    for (;;) {
      this.#ahead ??= await this.#parts.items.read(this.#place.at, itemsAtOnce);
      const { items, cursor, done } = this.#ahead;
      const item = items[this.#place.used];
      if (item !== undefined) return itemValue(item);
      if (done) return undefined;
      // a second reading from the same place may give another number at a time
      this.#place = { ...this.#place, at: cursor, used: this.#place.used - items.length };
      this.#ahead = null;
    }
  }

  #take(): void {
    const { used, item } = this.#place;
    this.#place = { ...this.#place, used: used + 1, item: item + 1 };
  }
}

/** A bad row fails the run, as one that cannot be read does. */
function itemValue(item: SourceItem): Json {
  if ('problem' in item) throw readerFailure(item.problem);
  return item.value;
}

function placeIn(cursor: Json): Place {
  if (isObject(cursor)) {
    const { at, used, item, child } = cursor;
    if (
      at !== undefined &&
      typeof used === 'number' &&
      typeof item === 'number' &&
      typeof child === 'number'
    ) {
      return { at, used, item, child };
    }
  }
  throw new MillraceError('CONFLICT', 'the cursor was not saved for the children of a map run');
}

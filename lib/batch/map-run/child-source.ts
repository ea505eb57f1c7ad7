import { Budget } from '../../asl/budget.ts';
import type { RandomAndTime } from '../../asl/evaluation.ts';
import { isObject, type Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import type { RunItem, ShapeItem } from '../../engine/map-run/map-run.ts';
import type { MapRunSpec } from '../../engine/map-run/map-run-spec.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchSource, SourceChunk, SourceItem } from '../batch-source.ts';
import { ItemBatch } from './item-batch.ts';
import { MapRunFailure, readerFailure } from './map-run-failure.ts';

/** What a {@link ChildSource} is constructed from. */
export interface ChildSourceDeps {
  readonly run: MapRunSpec;
  readonly items: BatchSource;
  readonly shape: ShapeItem;
  readonly randomAndTime: RandomAndTime;
}

/** Maximum number of items of one read. */
const itemsPerRead = 1_000;

/** Work of one read after which it ends, as for a transition. */
const workPerRead = 1_000_000;

/** The position before the next child. */
interface Position {
  /** The cursor that the items ahead were read from; null at the start. */
  readonly at: Json | null;
  /** Number of these items that earlier children have used. */
  readonly used: number;
  /** Index of the next item. */
  readonly item: number;
  /** Index of the next child. */
  readonly child: number;
}

const start: Position = Object.freeze({ at: null, used: 0, item: 0, child: 0 });

/**
 * The inputs of a map run's children, in order: at most `MaxItems` items, each shaped by
 * `ItemSelector` and grouped by `ItemBatcher`. The `index` of an item is the child's. The limits of
 * the reads do not affect the result. Throws {@link MapRunFailure} for an item that cannot be read
 * or shaped.
 */
export class ChildSource implements BatchSource {
  readonly #deps: ChildSourceDeps;
  #position: Position = start;
  /** The items read from `#position.at` on; null before they are read. */
  #ahead: SourceChunk | null = null;
  /** The work of the current read. */
  #budget = new Budget();

  constructor(deps: ChildSourceDeps) {
    this.#deps = deps;
  }

  async read(cursor: Json | null, limit: number): Promise<SourceChunk> {
    this.#goTo(cursor === null ? start : parseCursor(cursor));
    const items: SourceItem[] = [];
    let done = false;
    this.#budget = new Budget();
    // A read that takes much work returns fewer children, so that the process has a pause.
    while (items.length < limit && !done && this.#budget.spent < workPerRead) {
      const value = await this.#nextChild();
      if (value === undefined) done = true;
      else items.push({ index: this.#position.child, value });
      if (value !== undefined)
        this.#position = { ...this.#position, child: this.#position.child + 1 };
    }
    return { items, cursor: { ...this.#position }, done };
  }

  async close(): Promise<void> {
    this.#ahead = null;
    await this.#deps.items.close();
  }

  #goTo(position: Position): void {
    const { item, child } = this.#position;
    if (position.item === item && position.child === child) return;
    this.#position = position;
    this.#ahead = null;
  }

  async #nextChild(): Promise<Json | undefined> {
    const { batching } = this.#deps.run;
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

  /** Returns the shaped next item without using it; undefined after the last. */
  async #nextItem(): Promise<Json | undefined> {
    const { run, shape, randomAndTime } = this.#deps;
    const itemsMax = run.reader?.itemsMax ?? Number.POSITIVE_INFINITY;
    const index = this.#position.item;
    if (index >= itemsMax) return undefined;
    const item = await this.#peek();
    if (item === undefined) return undefined;
    const shaped = shape(run.scope, { index, ...item }, randomAndTime, this.#budget);
    if ('input' in shaped) return shaped.input;
    const { error = ErrorName.runtime, cause = '' } = shaped.failure;
    throw new MapRunFailure(error, cause);
  }

  async #peek(): Promise<Pick<RunItem, 'value' | 'isMember'> | undefined> {
    for (;;) {
      this.#ahead ??= await this.#deps.items.read(this.#position.at, itemsPerRead);
      const { items, cursor, done } = this.#ahead;
      const item = items[this.#position.used];
      if (item !== undefined) return requireItem(item);
      if (done) return undefined;
      // A repeated read from the same cursor may return another number of items.
      this.#position = { ...this.#position, at: cursor, used: this.#position.used - items.length };
      this.#ahead = null;
    }
  }

  #take(): void {
    const { used, item } = this.#position;
    this.#position = { ...this.#position, used: used + 1, item: item + 1 };
  }
}

/** Returns the item. An item with a problem fails the run. */
function requireItem(item: SourceItem): Pick<RunItem, 'value' | 'isMember'> {
  if ('problem' in item) throw readerFailure(item.problem);
  const { value, isMember } = item;
  return isMember === undefined ? { value } : { value, isMember };
}

function parseCursor(cursor: Json): Position {
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

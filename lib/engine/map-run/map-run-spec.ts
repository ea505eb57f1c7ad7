import type { Json, JsonObject } from '../../asl/json/json.ts';

/**
 * One run of a distributed Map, with every expression of the parent evaluated. Plain JSON, and all
 * that a batch needs to read the items, shape the input of each child and decide how the run ends.
 */
export interface MapRunSpec {
  /** `arn:…:mapRun:<machine>/<label>:<uuid>`. */
  readonly mapRunArn: string;
  /** The Map state's name, unique in its machine. */
  readonly stateName: string;
  readonly label: string;
  /** The type of the child executions. */
  readonly executionType: 'STANDARD' | 'EXPRESS';
  /** The data that `ItemSelector` sees in addition to the item. */
  readonly scope: MapRunScope;
  /** The items, or the object whose members they are; null when a reader reads them. */
  readonly items: readonly Json[] | JsonObject | null;
  /** Null when the items are in the input. */
  readonly reader: ItemReaderRequest | null;
  /** Null when each item has its own child. */
  readonly batching: ItemBatching | null;
  /** Maximum number of children running at once; 0 when the definition has no limit. */
  readonly maxConcurrency: number;
  readonly tolerated: ToleratedFailures;
  /** Null when the result of the Map is the list of outputs. */
  readonly writer: ResultWriterRequest | null;
}

/** The parent's data at the Map state. */
export interface MapRunScope {
  /** The effective input. */
  readonly input: Json;
  /** The context object, without `Map`. */
  readonly context: JsonObject;
  /** All variables that the state sees. */
  readonly variables: JsonObject;
}

/** `ItemReader`, evaluated. */
export interface ItemReaderRequest {
  /** `getObject` or `listObjectsV2`. */
  readonly action: string;
  /** `Bucket`, `Key`, `Prefix` … */
  readonly parameters: JsonObject;
  readonly inputType: 'CSV' | 'JSON' | 'JSONL' | 'MANIFEST' | null;
  readonly csv: CsvReading | null;
  /** Maximum number of items to read; null means all. */
  readonly itemsMax: number | null;
  /** JSON pointer to the items in a JSON document; null means the document itself. */
  readonly itemsPointer: string | null;
}

/** How a CSV file is read. */
export interface CsvReading {
  readonly headerLocation: 'FIRST_ROW' | 'GIVEN';
  readonly headers: readonly string[] | null;
  readonly delimiter: string;
}

/** `ItemBatcher`, evaluated; null means no limit of that kind. */
export interface ItemBatching {
  readonly itemsMax: number | null;
  readonly bytesMax: number | null;
  /** Passed to every child together with its items; null means nothing. */
  readonly batchInput: Json | null;
}

/** How many children may fail; the run fails when either limit is exceeded. */
export interface ToleratedFailures {
  readonly count: number | null;
  /** 0 to 100. */
  readonly percentage: number | null;
}

/** `ResultWriter`, evaluated. */
export interface ResultWriterRequest {
  /** `Bucket` and `Prefix`; null when results are only shaped, and not written. */
  readonly parameters: JsonObject | null;
  readonly outputType: 'JSON' | 'JSONL';
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
}

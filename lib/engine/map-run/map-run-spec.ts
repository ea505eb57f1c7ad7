/**
 * What a distributed Map asks for, with every expression of the parent's evaluated: plain JSON,
 * enough for a batch to read the items, shape each child's input and judge the end without the
 * parent.
 */
import type { Json, JsonObject } from '../../asl/json/json.ts';

/** One run of a distributed Map. */
export interface MapRunSpec {
  /** `arn:…:mapRun:<machine>/<label>:<uuid>`. */
  readonly mapRunArn: string;
  /** The Map state's name, unique in its machine. */
  readonly stateName: string;
  readonly label: string;
  /** What kind of executions the children are. */
  readonly executionType: 'STANDARD' | 'EXPRESS';
  /** What `ItemSelector` sees beside the item. */
  readonly scope: MapRunScope;
  /** The items themselves; null when a reader has them. */
  readonly items: readonly Json[] | null;
  /** Null when the items come with the input. */
  readonly reader: ItemReaderRequest | null;
  /** Null when each item is a child of its own. */
  readonly batching: ItemBatching | null;
  /** Children at once; 0 means no limit of the definition's. */
  readonly maxConcurrency: number;
  readonly tolerated: ToleratedFailures;
  /** Null when the outputs are the Map's result. */
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
  /** Items to read at most; null means all. */
  readonly itemsMax: number | null;
  /** JSON pointer of the items within a JSON document; null means the document itself. */
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
  /** What every child gets beside its items; null means nothing. */
  readonly batchInput: Json | null;
}

/** How many children may fail; the run fails when either limit is passed. */
export interface ToleratedFailures {
  readonly count: number | null;
  /** 0 to 100. */
  readonly percentage: number | null;
}

/** `ResultWriter`, evaluated. */
export interface ResultWriterRequest {
  /** `Bucket` and `Prefix`; null when results are only shaped, not written. */
  readonly parameters: JsonObject | null;
  readonly outputType: 'JSON' | 'JSONL';
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
}

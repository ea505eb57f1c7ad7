/**
 * Compiles the fields that only a distributed Map has: `ItemReader`, `ItemBatcher`, `ResultWriter`
 * and the tolerated failures.
 */
import type { ItemBatcher, ItemReader, MapState, ResultWriter } from '../../asl/definition.ts';
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import { type QueryLanguage, type Reader, read } from '../language/query-language.ts';
import { itemsReadMax } from '../limits.ts';
import type {
  CsvReading,
  ItemBatching,
  ItemReaderRequest,
  ResultWriterRequest,
  ToleratedFailures,
} from './map-run-spec.ts';

type ReaderConfig = NonNullable<ItemReader['ReaderConfig']>;

const delimiters = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' } as const;

/** Accepts any whole number, for fields whose range AWS checks with a separate message. */
const unbounded = Number.NEGATIVE_INFINITY;

/** Compiles `ItemReader`. A `MaxItems` below 0 is kept, so that the run fails. */
export function compileItemReader(
  { Resource, Parameters, Arguments, ReaderConfig = {} }: ItemReader,
  language: QueryLanguage,
): Reader<ItemReaderRequest> {
  const parameters = compileObject(Arguments ?? Parameters ?? {}, 'ItemReader', language);
  const { InputType, MaxItems, MaxItemsPath, ItemsPointer } = ReaderConfig;
  const itemsMax = language.compileInteger({
    name: 'MaxItems',
    value: MaxItems,
    path: MaxItemsPath,
    min: unbounded,
  });
  return (visit, effective) => {
    const max = read(itemsMax, visit, effective) ?? 0;
    return {
      action: Resource.slice(Resource.lastIndexOf(':') + 1),
      parameters: parameters(visit, effective),
      inputType: InputType ?? null,
      csv: InputType === 'CSV' ? toCsvReading(ReaderConfig) : null,
      itemsMax: max === 0 ? null : Math.min(max, itemsReadMax),
      itemsPointer: ItemsPointer ?? null,
    };
  };
}

/** Compiles `ItemBatcher`. */
export function compileItemBatcher(
  { BatchInput, ...fields }: ItemBatcher,
  language: QueryLanguage,
): Reader<ItemBatching> {
  const itemsMax = language.compileInteger({
    name: 'MaxItemsPerBatch',
    value: fields.MaxItemsPerBatch,
    path: fields.MaxItemsPerBatchPath,
    min: 1,
  });
  const bytesMax = language.compileInteger({
    name: 'MaxInputBytesPerBatch',
    value: fields.MaxInputBytesPerBatch,
    path: fields.MaxInputBytesPerBatchPath,
    min: 1,
  });
  const batchInput =
    BatchInput === undefined
      ? undefined
      : language.compilePayload(BatchInput, 'ItemBatcher/BatchInput');
  return (visit, effective) => ({
    itemsMax: read(itemsMax, visit, effective) ?? null,
    bytesMax: read(bytesMax, visit, effective) ?? null,
    batchInput: batchInput?.(visit, effective) ?? null,
  });
}

/** Compiles `ResultWriter`. */
export function compileResultWriter(
  { Resource, Parameters, Arguments, WriterConfig = {} }: ResultWriter,
  language: QueryLanguage,
): Reader<ResultWriterRequest> {
  const parameters =
    Resource === undefined
      ? undefined
      : compileObject(Arguments ?? Parameters ?? {}, 'ResultWriter', language);
  const { OutputType = 'JSON', Transformation } = WriterConfig;
  return (visit, effective) => ({
    parameters: parameters?.(visit, effective) ?? null,
    outputType: OutputType,
    transformation: Transformation ?? (parameters === undefined ? 'COMPACT' : 'NONE'),
  });
}

/** Compiles `ToleratedFailureCount` and `ToleratedFailurePercentage`, or their paths. */
export function compileTolerated(
  state: MapState,
  language: QueryLanguage,
): Reader<ToleratedFailures> {
  const count = language.compileInteger({
    name: 'ToleratedFailureCount',
    value: state.ToleratedFailureCount,
    path: state.ToleratedFailureCountPath,
    min: unbounded,
  });
  const percentage = language.compileNumber({
    name: 'ToleratedFailurePercentage',
    value: state.ToleratedFailurePercentage,
    path: state.ToleratedFailurePercentagePath,
  });
  return (visit, effective) =>
    checkTolerated({
      count: read(count, visit, effective) ?? null,
      percentage: read(percentage, visit, effective) ?? null,
    });
}

function checkTolerated(tolerated: ToleratedFailures): ToleratedFailures {
  const { count, percentage } = tolerated;
  if (count !== null && count < 0) {
    throw new StateError(ErrorName.runtime, 'ToleratedFailureCount cannot be negative.');
  }
  if (percentage !== null && !(percentage >= 0 && percentage <= 100)) {
    const cause = 'ToleratedFailurePercentage must be between 0 and 100.';
    throw new StateError(ErrorName.runtime, cause);
  }
  return tolerated;
}

/** Compiles the parameters of an S3 call: an object, or expressions that return one. */
function compileObject(value: Json, field: string, language: QueryLanguage): Reader<JsonObject> {
  const name = `${field}/${language.name === 'JSONata' ? 'Arguments' : 'Parameters'}`;
  const payload = language.compilePayload(value, name);
  return (visit, effective) => {
    const found = payload(visit, effective);
    if (isObject(found)) return found;
    throw new StateError(
      ErrorName.runtime,
      `The field '${name}' must give an object, but was: ${JSON.stringify(found)}`,
    );
  };
}

function toCsvReading({ CSVHeaderLocation, CSVHeaders, CSVDelimiter }: ReaderConfig): CsvReading {
  return {
    headerLocation: CSVHeaderLocation ?? 'FIRST_ROW',
    headers: CSVHeaders ?? null,
    delimiter: delimiters[CSVDelimiter ?? 'COMMA'],
  };
}

/**
 * The fields of a distributed Map, each with the check of its value: where its items come from, how
 * they are put together, and where its results go.
 */
import type { QueryLanguageName } from '../definition.ts';
import type { JsonObject } from '../json/json.ts';
import { objectTemplate, readPath, template } from './expression-checks.ts';
import { integer, listOf, oneOf, refuse, text } from './field-checks.ts';
import {
  type Check,
  checkFields,
  checkOnlyOne,
  type FieldTable,
  objectAt,
  type Place,
} from './field-table.ts';
import { jsonataOr, jsonataTemplate } from './jsonata-checks.ts';

/** The most items that a Map reads (AWS's quota). */
const itemsMax = 100_000_000;

/** The most bytes that a batch of items takes: a state's input (AWS's quota). */
const batchBytesMax = 262_144;

type Tables = Readonly<Record<QueryLanguageName, FieldTable>>;

/** Takes one of `words`; those that are AWS's alone are refused as not supported. */
function oneOfSupported(words: readonly string[], unsupported: readonly string[]): Check {
  const known = oneOf(...words, ...unsupported);
  return (value, place) => {
    known(value, place);
    if (typeof value !== 'string' || !unsupported.includes(value)) return;
    const message = `'${value}' as '${place.field}' is not supported by this version of Millrace`;
    place.validation.report.error('UNSUPPORTED_FEATURE', message, place.location);
  };
}

/** Takes an integration of S3 that is one of `actions`, in whichever partition. */
function s3Resource(...actions: readonly string[]): Check {
  return (value, place) => {
    const arn = typeof value === 'string' ? value : '';
    const action = /^arn:[^:]*:states:::s3:(\w+)$/.exec(arn)?.[1];
    if (action !== undefined && actions.includes(action)) return;
    refuse(value, place, actions.map((name) => `arn:aws:states:::s3:${name}`).join(' or '));
  };
}

/** Takes a JSON pointer: empty, or parts that each begin with a slash. */
const jsonPointer: Check = (value, place) => {
  if (typeof value !== 'string' || !/^(?:\/(?:[^~]|~[01])*)?$/.test(value)) {
    refuse(value, place, 'a JSON pointer such as /orders/items');
  }
};

const readerConfigFields: FieldTable = {
  InputType: oneOfSupported(['CSV', 'JSON', 'JSONL', 'MANIFEST'], ['PARQUET']),
  ManifestType: oneOfSupported(['S3_INVENTORY'], ['ATHENA_DATA']),
  Transformation: oneOfSupported(['NONE'], ['LOAD_AND_FLATTEN']),
  CSVHeaderLocation: oneOf('FIRST_ROW', 'GIVEN'),
  CSVHeaders: listOf(text),
  CSVDelimiter: oneOf('COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'),
  ItemsPointer: jsonPointer,
};
const readerConfigTables: Tables = {
  JSONPath: { ...readerConfigFields, MaxItems: integer(0, itemsMax), MaxItemsPath: readPath },
  JSONata: { ...readerConfigFields, MaxItems: jsonataOr(integer(0, itemsMax)) },
};

const readerConfig: Check = (value, place) => {
  const config = checkedObject(value, place, readerConfigTables, requiredOfReader(value));
  if (config !== undefined) only(config, place, ['MaxItems', 'MaxItemsPath']);
};

/** A CSV file has a header somewhere, and a header that is given is given. */
function requiredOfReader(config: unknown): string[] {
  const { InputType, CSVHeaderLocation } = (config ?? {}) as Partial<JsonObject>;
  if (InputType === 'CSV' && CSVHeaderLocation === undefined) return ['CSVHeaderLocation'];
  return CSVHeaderLocation === 'GIVEN' ? ['CSVHeaders'] : [];
}

const readerFields: FieldTable = {
  Resource: s3Resource('getObject', 'listObjectsV2'),
  ReaderConfig: readerConfig,
};
const readerTables: Tables = {
  JSONPath: { ...readerFields, Parameters: objectTemplate },
  JSONata: { ...readerFields, Arguments: jsonataTemplate },
};

const itemReader: Check = (value, place) => {
  checkedObject(value, place, readerTables, ['Resource', argumentsIn(place)]);
};

const batcherTables: Tables = {
  JSONPath: {
    MaxItemsPerBatch: integer(1),
    MaxItemsPerBatchPath: readPath,
    MaxInputBytesPerBatch: integer(1, batchBytesMax),
    MaxInputBytesPerBatchPath: readPath,
    BatchInput: template,
  },
  JSONata: {
    MaxItemsPerBatch: jsonataOr(integer(1)),
    MaxInputBytesPerBatch: jsonataOr(integer(1, batchBytesMax)),
    BatchInput: jsonataTemplate,
  },
};
const batchLimits = [
  ['MaxItemsPerBatch', 'MaxItemsPerBatchPath'],
  ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'],
];

const itemBatcher: Check = (value, place) => {
  const batcher = checkedObject(value, place, batcherTables, []);
  if (batcher === undefined) return;
  for (const fields of batchLimits) only(batcher, place, fields);
  needOne(batcher, place, batchLimits.flat());
};

const writerConfigFields: FieldTable = {
  OutputType: oneOf('JSON', 'JSONL'),
  Transformation: oneOf('NONE', 'COMPACT', 'FLATTEN'),
};
const writerConfig: Check = (value, place) => {
  checkedObject(value, place, { JSONPath: writerConfigFields, JSONata: writerConfigFields }, []);
};
const writerFields: FieldTable = { Resource: s3Resource('putObject'), WriterConfig: writerConfig };
const writerTables: Tables = {
  JSONPath: { ...writerFields, Parameters: objectTemplate },
  JSONata: { ...writerFields, Arguments: jsonataTemplate },
};

/** Results are written, or put into another form, or both. */
const resultWriter: Check = (value, place) => {
  const given = argumentsIn(place);
  const isWritten = (field: string) => Object.hasOwn(Object(value), field);
  const isPartial = isWritten('Resource') !== isWritten(given);
  const writer = checkedObject(value, place, writerTables, isPartial ? ['Resource', given] : []);
  if (writer !== undefined) needOne(writer, place, ['Resource', 'WriterConfig']);
};

/** The fields that only a Map of Mode DISTRIBUTED may have, `Label` apart. */
export const distributedFields: FieldTable = {
  ItemReader: itemReader,
  ItemBatcher: itemBatcher,
  ResultWriter: resultWriter,
};

function argumentsIn({ validation }: Place): string {
  return validation.language === 'JSONata' ? 'Arguments' : 'Parameters';
}

function checkedObject(
  value: Parameters<Check>[0],
  place: Place,
  tables: Tables,
  required: readonly string[],
): JsonObject | undefined {
  const object = objectAt(value, place);
  if (object === undefined) return undefined;
  const { location, validation } = place;
  checkFields(object, tables[validation.language], required, location, validation);
  return object;
}

function only(object: JsonObject, place: Place, fields: readonly string[]): void {
  checkOnlyOne(object, fields, place.location, place.validation.report);
}

function needOne(object: JsonObject, place: Place, fields: readonly string[]): void {
  if (fields.some((field) => Object.hasOwn(object, field))) return;
  const message = `One of these fields is required: [${fields.join(', ')}]`;
  place.validation.report.schema(message, place.location);
}

/** Checks the fields of a distributed Map: the reader of its items, its batches, its results. */
import type { QueryLanguageName } from '../definition.ts';
import type { JsonObject } from '../json/json.ts';
import { objectTemplate, readPath, template } from './expression-checks.ts';
import { integer, listOf, oneOf, reportMismatch, string } from './field-checks.ts';
import {
  type Check,
  checkAtMostOne,
  checkFields,
  type FieldContext,
  type FieldTable,
  requireObject,
} from './field-table.ts';
import { jsonataOr, jsonataTemplate } from './jsonata-checks.ts';

/** Maximum number of items that a Map reads, as at AWS. */
const itemsMax = 100_000_000;

/** Maximum size of a batch of items, which is the input of a state, in bytes, as at AWS. */
const batchBytesMax = 262_144;

type Tables = Readonly<Record<QueryLanguageName, FieldTable>>;

/** Accepts one of `supported`; reports values that only AWS supports as UNSUPPORTED_FEATURE. */
function oneOfSupported(supported: readonly string[], unsupported: readonly string[]): Check {
  const known = oneOf(...supported, ...unsupported);
  return (value, context) => {
    known(value, context);
    if (typeof value !== 'string' || !unsupported.includes(value)) return;
    const message = `'${value}' as '${context.field}' is not supported by this version of Millrace`;
    context.validation.report.error('UNSUPPORTED_FEATURE', message, context.location);
  };
}

/** Accepts an integration of S3 with one of `actions`, in any partition. */
function s3Resource(...actions: readonly string[]): Check {
  return (value, context) => {
    const arn = typeof value === 'string' ? value : '';
    const action = /^arn:[^:]*:states:::s3:(\w+)$/.exec(arn)?.[1];
    if (action !== undefined && actions.includes(action)) return;
    reportMismatch(
      value,
      context,
      actions.map((name) => `arn:aws:states:::s3:${name}`).join(' or '),
    );
  };
}

/** Accepts a JSON pointer: empty, or keys that each start with a slash. */
const jsonPointer: Check = (value, context) => {
  if (typeof value !== 'string' || !/^(?:\/(?:[^~]|~[01])*)?$/.test(value)) {
    reportMismatch(value, context, 'a JSON pointer such as /orders/items');
  }
};

const readerConfigFields: FieldTable = {
  InputType: oneOfSupported(['CSV', 'JSON', 'JSONL', 'MANIFEST'], ['PARQUET']),
  ManifestType: oneOfSupported(['S3_INVENTORY'], ['ATHENA_DATA']),
  Transformation: oneOfSupported(['NONE'], ['LOAD_AND_FLATTEN']),
  CSVHeaderLocation: oneOf('FIRST_ROW', 'GIVEN'),
  CSVHeaders: listOf(string),
  CSVDelimiter: oneOf('COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'),
  ItemsPointer: jsonPointer,
};
const readerConfigTables: Tables = {
  JSONPath: { ...readerConfigFields, MaxItems: integer(0, itemsMax), MaxItemsPath: readPath },
  JSONata: { ...readerConfigFields, MaxItems: jsonataOr(integer(0, itemsMax)) },
};

const readerConfig: Check = (value, context) => {
  const required = requiredReaderFields(value);
  const config = checkObject(value, context, readerConfigTables, required);
  if (config !== undefined) checkAtMostOneOf(config, context, ['MaxItems', 'MaxItemsPath']);
};

/** A CSV file requires the location of its header, and `GIVEN` requires the header itself. */
function requiredReaderFields(config: unknown): string[] {
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

const itemReader: Check = (value, context) => {
  checkObject(value, context, readerTables, ['Resource', argumentsField(context)]);
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

const itemBatcher: Check = (value, context) => {
  const batcher = checkObject(value, context, batcherTables, []);
  if (batcher === undefined) return;
  for (const fields of batchLimits) checkAtMostOneOf(batcher, context, fields);
  requireOne(batcher, context, batchLimits.flat());
};

const writerConfigFields: FieldTable = {
  OutputType: oneOf('JSON', 'JSONL'),
  Transformation: oneOf('NONE', 'COMPACT', 'FLATTEN'),
};
const writerConfig: Check = (value, context) => {
  checkObject(value, context, { JSONPath: writerConfigFields, JSONata: writerConfigFields }, []);
};
const writerFields: FieldTable = { Resource: s3Resource('putObject'), WriterConfig: writerConfig };
const writerTables: Tables = {
  JSONPath: { ...writerFields, Parameters: objectTemplate },
  JSONata: { ...writerFields, Arguments: jsonataTemplate },
};

/** Accepts a writer that writes the results, or transforms them, or both. */
const resultWriter: Check = (value, context) => {
  const address = ['Resource', argumentsField(context)];
  const present = address.filter((field) => Object.hasOwn(Object(value), field));
  const writer = checkObject(value, context, writerTables, present.length === 1 ? address : []);
  if (writer !== undefined) requireOne(writer, context, ['Resource', 'WriterConfig']);
};

/** The fields that only a Map of Mode DISTRIBUTED may have, except `Label`. */
export const distributedDataFields: FieldTable = {
  ItemReader: itemReader,
  ItemBatcher: itemBatcher,
  ResultWriter: resultWriter,
};

function argumentsField({ validation }: FieldContext): string {
  return validation.language === 'JSONata' ? 'Arguments' : 'Parameters';
}

function checkObject(
  value: Parameters<Check>[0],
  context: FieldContext,
  tables: Tables,
  required: readonly string[],
): JsonObject | undefined {
  const object = requireObject(value, context);
  if (object === undefined) return undefined;
  const { location, validation } = context;
  checkFields(object, tables[validation.language], required, location, validation);
  return object;
}

function checkAtMostOneOf(
  object: JsonObject,
  context: FieldContext,
  fields: readonly string[],
): void {
  checkAtMostOne(object, fields, context.location, context.validation.report);
}

function requireOne(object: JsonObject, context: FieldContext, fields: readonly string[]): void {
  if (fields.some((field) => Object.hasOwn(object, field))) return;
  const message = `One of these fields is required: [${fields.join(', ')}]`;
  context.validation.report.schemaError(message, context.location);
}

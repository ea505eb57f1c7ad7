/** Checks the mode of a Map, inline or distributed, and the fields that depend on it. */
import { isObject, type JsonObject } from '../json/json.ts';
import { childPointer } from '../json/json-pointer.ts';
import { distributedDataFields } from './distributed-map.ts';
import { oneOf, reportMismatch, reportWrongType } from './field-checks.ts';
import {
  type Check,
  checkFields,
  type FieldTable,
  requireObject,
  type Validation,
} from './field-table.ts';
import { describeValue } from './report.ts';

/** Maximum length of a label, in characters, as at AWS. */
const labelLengthMax = 40;

/** Characters that are invalid in a label, as in names at AWS: spaces, wildcards, brackets … */
const labelForbidden = /[\s?*<>{}[\]:;,\\|^~$#%&`"\p{Cc}]/u;

/** Accepts the label of a distributed Map, which is used in the names of its children. */
const label: Check = (value, context) => {
  const { report, labels } = context.validation;
  if (typeof value !== 'string') {
    reportWrongType(value, context, 'STRING');
    return;
  }
  const [forbidden] = labelForbidden.exec(value) ?? [];
  if (value === '' || value.length > labelLengthMax) {
    reportMismatch(value, context, `a string of 1 to ${labelLengthMax} characters`);
  } else if (forbidden !== undefined) {
    const message = `Label contains invalid character: ${describeValue(forbidden)}`;
    report.schemaError(
      message,
      context.location,
      'remove spaces, brackets and ? * : ; , \\ | ^ ~ $ # % & ` "',
    );
  } else if (labels.has(value)) {
    report.schemaError(`Label is not unique: ${value}`, context.location);
  }
  labels.add(value);
};

/** The fields that only a distributed Map may have. */
export const distributedMapFields: FieldTable = { ...distributedDataFields, Label: label };

/** Reports fields of a distributed Map in an inline one. */
export function checkMapMode(state: JsonObject, location: string, { report }: Validation): void {
  if (isDistributed(state.ItemProcessor) || isDistributed(state.Iterator)) return;
  for (const field of Object.keys(distributedMapFields)) {
    if (!Object.hasOwn(state, field)) continue;
    const message = `The field '${field}' is only supported for a Map of Mode 'DISTRIBUTED'`;
    report.schemaError(message, location);
  }
}

function isDistributed(processor: unknown): boolean {
  if (!isObject(processor) || !isObject(processor.ProcessorConfig)) return false;
  return processor.ProcessorConfig.Mode === 'DISTRIBUTED';
}

const configFields: FieldTable = {
  Mode: oneOf('INLINE', 'DISTRIBUTED'),
  ExecutionType: oneOf('STANDARD', 'EXPRESS'),
};

/** Accepts an `ItemProcessor` or the older `Iterator`. */
export const itemProcessor: Check = (value, context) => {
  const processor = requireObject(value, context);
  if (processor === undefined) return;
  const { ProcessorConfig: config = {}, ...graph } = processor;
  const location = childPointer(context.location, 'ProcessorConfig');
  const object = requireObject(config, { ...context, field: 'ProcessorConfig', location });
  if (object !== undefined) checkConfig(object, location, context.validation);
  context.validation.checkGraph(graph, context.location, isDistributed(processor));
};

function checkConfig(config: JsonObject, location: string, validation: Validation): void {
  const isDistributed = config.Mode === 'DISTRIBUTED';
  const required = isDistributed ? ['ExecutionType'] : [];
  checkFields(config, configFields, required, location, validation);
}

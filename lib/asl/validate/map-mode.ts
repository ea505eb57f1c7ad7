/** Checks how a Map runs: inline or distributed, and the fields that only one of the two has. */
import { isObject, type JsonObject } from '../json/json.ts';
import { distributedFields } from './distributed-map.ts';
import { oneOf, refuse, refuseType } from './field-checks.ts';
import {
  type Check,
  checkFields,
  type FieldTable,
  objectAt,
  type Validation,
} from './field-table.ts';
import { below, shown } from './report.ts';

/** The longest label, in characters (AWS's quota). */
const labelLengthMax = 40;

/** What must not stand in a label, as names at AWS: spaces, wildcards, brackets, controls … */
const labelForbidden = /[\s?*<>{}[\]:;,\\|^~$#%&`"\p{Cc}]/u;

/** Takes what a distributed Map's children are named after. */
const label: Check = (value, place) => {
  const { report, labels } = place.validation;
  if (typeof value !== 'string') {
    refuseType(value, place, 'STRING');
    return;
  }
  const [forbidden] = labelForbidden.exec(value) ?? [];
  if (value === '' || value.length > labelLengthMax) {
    refuse(value, place, `a text of 1 to ${labelLengthMax} characters`);
  } else if (forbidden !== undefined) {
    const message = `Label contains invalid character: ${shown(forbidden)}`;
    report.schema(
      message,
      place.location,
      'leave out spaces, brackets and ? * : ; , \\ | ^ ~ $ # % & ` "',
    );
  } else if (labels.has(value)) {
    report.schema(`Label is not unique: ${value}`, place.location);
  }
  labels.add(value);
};

/** The fields of a Map that only a distributed one may have. */
export const distributedMapFields: FieldTable = { ...distributedFields, Label: label };

/** Refuses the fields of a distributed Map in one that is inline. */
export function checkMapMode(state: JsonObject, location: string, { report }: Validation): void {
  if (isDistributed(state.ItemProcessor) || isDistributed(state.Iterator)) return;
  for (const field of Object.keys(distributedMapFields)) {
    if (!Object.hasOwn(state, field)) continue;
    const message = `The field '${field}' is only supported for a Map of Mode 'DISTRIBUTED'`;
    report.schema(message, location);
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

/** Takes an `ItemProcessor` or the older `Iterator`. */
export const itemProcessor: Check = (value, place) => {
  const processor = objectAt(value, place);
  if (processor === undefined) return;
  const { ProcessorConfig: config = {}, ...graph } = processor;
  const location = below(place.location, 'ProcessorConfig');
  const object = objectAt(config, { ...place, field: 'ProcessorConfig', location });
  if (object !== undefined) checkConfig(object, location, place.validation);
  place.validation.checkGraph(graph, place.location, isDistributed(processor));
};

function checkConfig(config: JsonObject, location: string, validation: Validation): void {
  const isDistributed = config.Mode === 'DISTRIBUTED';
  const required = isDistributed ? ['ExecutionType'] : [];
  checkFields(config, configFields, required, location, validation);
}

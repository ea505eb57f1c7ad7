/** Checks what a Map runs for each item: a graph, and how it is to be run. */
import type { JsonObject } from '../json.ts';
import { oneOf } from './field-checks.ts';
import { type Check, checkFields, objectAt, type Place } from './field-table.ts';
import { below } from './report.ts';

/** Takes an `ItemProcessor` or the older `Iterator`. */
export const itemProcessor: Check = (value, place) => {
  const processor = objectAt(value, place);
  if (processor === undefined) return;
  const { ProcessorConfig: config = {}, ...graph } = processor;
  const location = below(place.location, 'ProcessorConfig');
  const object = objectAt(config, { ...place, field: 'ProcessorConfig', location });
  if (object !== undefined) checkConfig(object, { ...place, location });
  place.validation.checkGraph(graph, place.location);
};

function checkConfig(config: JsonObject, { location, validation }: Place): void {
  if (config.Mode !== 'DISTRIBUTED') {
    checkFields(config, { Mode: oneOf('INLINE', 'DISTRIBUTED') }, [], location, validation);
    return;
  }
  validation.report.error(
    'UNSUPPORTED_FEATURE',
    "A Map of Mode 'DISTRIBUTED' is not supported yet by this version of Millrace",
    below(location, 'Mode'),
  );
}

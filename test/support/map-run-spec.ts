import type { MapRunSpec } from '../../lib/engine/map-run/map-run-spec.ts';

/** Creates the request for a map run, without items, reader, batching and limits unless changed. */
export function createMapRunSpec(changes: Partial<MapRunSpec> = {}): MapRunSpec {
  return {
    mapRunArn: 'arn:aws:states:us-east-1:000000000000:mapRun:m/l:1',
    stateName: 'S',
    label: 'l',
    executionType: 'STANDARD',
    scope: { input: null, context: {}, variables: {} },
    items: null,
    reader: null,
    batching: null,
    maxConcurrency: 0,
    tolerated: { count: null, percentage: null },
    writer: null,
    ...changes,
  };
}

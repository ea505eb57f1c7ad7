/** What requests to EventBridge ask for: each entry's bus, source and type. */
import { isObject } from '../../../lib/asl/json/json.ts';
import {
  type AwsRequest,
  arnIn,
  bodyOf,
  type Need,
  type ReadDemand,
  textOf,
} from '../aws-request.ts';

/** See this file's head. */
export const eventsDemand: ReadDemand = (request) => {
  if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents') return undefined;
  const { Entries: entries } = bodyOf(request);
  const needs = (Array.isArray(entries) ? entries : []).filter(isObject).map((entry): Need => {
    const bus = textOf(entry, 'EventBusName') || 'default';
    return {
      action: 'events:PutEvents',
      resource: busArn(request, bus),
      context: {
        'events:source': textOf(entry, 'Source'),
        'events:detail-type': textOf(entry, 'DetailType'),
      },
    };
  });
  const different = new Map(needs.map((each) => [JSON.stringify(each), each]));
  return { operation: 'PutEvents', needs: [...different.values()] };
};

/** The ARN of a bus, which is named by itself or by its ARN. */
function busArn(request: AwsRequest, bus: string): string {
  return bus.startsWith('arn:') ? bus : arnIn(request, `event-bus/${bus}`);
}

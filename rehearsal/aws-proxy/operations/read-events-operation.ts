import { isObject, type JsonObject } from '../../../lib/asl/json/json.ts';
import {
  type AwsRequest,
  buildArn,
  getText,
  type OperationReader,
  type RequiredPermission,
  readJsonBody,
} from '../aws-request.ts';

/** Reads requests to EventBridge: each entry requires a permission on its bus. */
export const readEventsOperation: OperationReader = (request) => {
  if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents') return undefined;
  const { Entries: entries } = readJsonBody(request);
  const required = (Array.isArray(entries) ? entries : [])
    .filter(isObject)
    .map((entry) => permissionOnBus(request, entry));
  const distinct = new Map(required.map((each) => [JSON.stringify(each), each]));
  return { operation: 'PutEvents', requiredPermissions: [...distinct.values()] };
};

function permissionOnBus(request: AwsRequest, entry: JsonObject): RequiredPermission {
  return {
    action: 'events:PutEvents',
    resource: busArn(request, getText(entry, 'EventBusName') || 'default'),
    context: {
      'events:source': getText(entry, 'Source'),
      'events:detail-type': getText(entry, 'DetailType'),
    },
  };
}

/** Returns the ARN of a bus, which requests name or give by its ARN. */
function busArn(request: AwsRequest, bus: string): string {
  return bus.startsWith('arn:') ? bus : buildArn(request, `event-bus/${bus}`);
}

/**
 * Checks what a Task calls: whether AWS has such an integration, in such a pattern. Whether anybody
 * here can call it is asked when an execution starts.
 */
import { filledText } from './field-checks.ts';
import type { Check } from './field-table.ts';

/** How a call may be waited for: by its reply alone, until its job ends, or for its token. */
const patterns = { request: '', sync: '.sync', sync2: '.sync:2', token: '.waitForTaskToken' };

/** The services with an integration of their own, and how each can be called (AWS's list). */
const integrations: Readonly<Record<string, readonly (keyof typeof patterns)[]>> = {
  apigateway: ['request', 'token'],
  athena: ['request', 'sync'],
  batch: ['request', 'sync'],
  bedrock: ['request', 'sync', 'token'],
  codebuild: ['request', 'sync'],
  databrew: ['request', 'sync'],
  dynamodb: ['request'],
  ecs: ['request', 'sync', 'token'],
  eks: ['request', 'sync', 'token'],
  elasticmapreduce: ['request', 'sync'],
  'emr-containers': ['request', 'sync'],
  'emr-serverless': ['request', 'sync'],
  events: ['request', 'token'],
  glue: ['request', 'sync'],
  http: ['request'],
  lambda: ['request', 'token'],
  mediaconvert: ['request', 'sync'],
  sagemaker: ['request', 'sync'],
  sns: ['request', 'token'],
  sqs: ['request', 'token'],
  states: ['request', 'sync', 'sync2', 'token'],
};
const sdkPatterns: readonly (keyof typeof patterns)[] = ['request', 'token'];

/** Takes a Task's `Resource`. */
export const resource: Check = (value, place) => {
  filledText(value, place);
  if (typeof value !== 'string' || isKnown(value)) return;
  place.validation.report.schema(
    `The resource provided ${value} is not recognized. The value is not a valid resource ARN, ` +
      'or the resource is not available in this region.',
    place.location,
    'expected arn:aws:states:::<service>:<action>, and a pattern that the service has',
  );
};

/** Whether AWS has the integration; what is no integration may be anybody's name. */
function isKnown(text: string): boolean {
  const called = /^arn:[^:]*:states:::(.*)$/s.exec(text)?.[1];
  if (called === undefined) return true;
  const parts = /^(?<sdk>aws-sdk:)?(?<service>[a-z][a-z0-9-]*):\w+(?<pattern>\..+)?$/.exec(called);
  if (parts?.groups === undefined) return false;
  const { sdk, service = '', pattern = '' } = parts.groups;
  const known = sdk !== undefined ? sdkPatterns : (integrationsOf(service) ?? []);
  return known.some((name) => patterns[name] === pattern);
}

function integrationsOf(service: string) {
  return Object.hasOwn(integrations, service) ? integrations[service] : undefined;
}

/**
 * Checks the `Resource` of a Task: whether AWS has the integration, with this pattern. Whether
 * Millrace can call it is checked when an execution starts.
 */
import { nonEmptyString } from './field-checks.ts';
import type { Check } from './field-table.ts';

/** How a Task waits: for the response, for the end of a job, or for a task token. */
const patterns = { request: '', sync: '.sync', sync2: '.sync:2', token: '.waitForTaskToken' };

/** The optimized integrations of AWS, each with its patterns. */
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

/** Accepts the `Resource` of a Task. */
export const resource: Check = (value, context) => {
  nonEmptyString(value, context);
  if (typeof value !== 'string' || isKnown(value)) return;
  context.validation.report.schemaError(
    `The resource provided ${value} is not recognized. The value is not a valid resource ARN, ` +
      'or the resource is not available in this region.',
    context.location,
    'expected arn:aws:states:::<service>:<action>, with a pattern that the service supports',
  );
};

/** Whether AWS has the integration. A text that is not an integration may name a handler. */
function isKnown(text: string): boolean {
  const called = /^arn:[^:]*:states:::(.*)$/s.exec(text)?.[1];
  if (called === undefined) return true;
  const parts = /^(?<sdk>aws-sdk:)?(?<service>[a-z][a-z0-9-]*):\w+(?<pattern>\..+)?$/.exec(called);
  if (parts?.groups === undefined) return false;
  const { sdk, service = '', pattern = '' } = parts.groups;
  const known = sdk !== undefined ? sdkPatterns : (findPatterns(service) ?? []);
  return known.some((name) => patterns[name] === pattern);
}

function findPatterns(service: string) {
  return Object.hasOwn(integrations, service) ? integrations[service] : undefined;
}

/** Members that requests of several groups have. */
import { apiLengths, pageSizes } from '../step-functions-limits.ts';
import {
  booleanShape,
  choiceShape,
  integerShape,
  listShape,
  structureShape,
  textShape,
} from './shape.ts';

/** The name of a machine, an execution or an activity; its characters are checked later. */
export const resourceName = textShape({ min: 1, max: apiLengths.name });

/** An ARN; its form is checked later. */
export const shortArn = textShape({ min: 1, max: apiLengths.arn });

/** An ARN of a version or of a map run. */
export const longArn = textShape({ min: 1, max: apiLengths.longArn });

/** A definition in the Amazon States Language. */
export const definitionText = textShape({ min: 1, max: apiLengths.definition, secret: true });

/** A JSON document as a text. */
export const documentText = textShape({ max: apiLengths.document, secret: true });

/** A description of a version or an alias. */
export const descriptionText = textShape({ max: apiLengths.description, secret: true });

/** The name of an error. */
export const errorText = textShape({ min: 0, max: apiLengths.error, secret: true });

/** The cause of an error. */
export const causeText = textShape({ min: 0, max: apiLengths.cause, secret: true });

/** A header of a tracing service, which is kept and shown. */
export const traceHeaderText = textShape({
  min: 0,
  max: apiLengths.traceHeader,
  pattern: { shown: '\\p{ASCII}*', matches: /^\p{ASCII}*$/u },
});

/** Whether an answer has documents. */
export const includedData = choiceShape('ALL_DATA', 'METADATA_ONLY');

/** The types of machines. */
export const machineType = choiceShape('STANDARD', 'EXPRESS');

/** The members of a paged list. */
export const paging = Object.freeze({
  maxResults: integerShape(0, pageSizes.max),
  nextToken: textShape({ min: 1, max: apiLengths.pageToken }),
});

/** A list of tags. */
export const tagList = listShape(
  structureShape(
    {},
    {
      key: textShape({ min: 1, max: apiLengths.tagKey }),
      value: textShape({ min: 0, max: apiLengths.tagValue }),
    },
  ),
);

/** How data is encrypted, which is kept and shown. */
export const encryptionConfiguration = structureShape(
  { type: choiceShape('AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY') },
  {
    kmsKeyId: textShape({ min: 1, max: apiLengths.kmsKeyId }),
    kmsDataKeyReusePeriodSeconds: integerShape(60, 900),
  },
);

/** What is logged. */
export const loggingConfiguration = structureShape(
  {},
  {
    level: choiceShape('ALL', 'ERROR', 'FATAL', 'OFF'),
    includeExecutionData: booleanShape,
    destinations: listShape(
      structureShape({}, { cloudWatchLogsLogGroup: structureShape({}, { logGroupArn: shortArn }) }),
    ),
  },
);

/** Whether executions are traced, which is kept and shown. */
export const tracingConfiguration = structureShape({}, { enabled: booleanShape });

/** Which versions an alias routes to, and how much to each. */
export const routingConfiguration = listShape(
  structureShape({ stateMachineVersionArn: shortArn, weight: integerShape(0, 100) }, {}),
  { min: 1, max: 2 },
);

/** The requests of the operations on state machines, and on single states. */
import { apiLengths, pageSizes } from '../step-functions-limits.ts';
import {
  causeText,
  definitionText,
  descriptionText,
  documentText,
  encryptionConfiguration,
  errorText,
  includedData,
  loggingConfiguration,
  machineType,
  paging,
  resourceName,
  shortArn,
  tagList,
  tracingConfiguration,
} from './common-shapes.ts';
import { booleanShape, choiceShape, integerShape, structureShape, textShape } from './shape.ts';

const configuration = {
  loggingConfiguration,
  tracingConfiguration,
  encryptionConfiguration,
  publish: booleanShape,
  versionDescription: descriptionText,
};

/** CreateStateMachine. */
export const createStateMachineShape = structureShape(
  { name: resourceName, definition: definitionText, roleArn: shortArn },
  { type: machineType, tags: tagList, ...configuration },
);

/** UpdateStateMachine. */
export const updateStateMachineShape = structureShape(
  { stateMachineArn: shortArn },
  { definition: definitionText, roleArn: shortArn, ...configuration },
);

/** DescribeStateMachine. */
export const describeStateMachineShape = structureShape(
  { stateMachineArn: shortArn },
  { includedData },
);

/** DescribeStateMachineForExecution. */
export const describeStateMachineForExecutionShape = structureShape(
  { executionArn: shortArn },
  { includedData },
);

/** DeleteStateMachine. */
export const deleteStateMachineShape = structureShape({ stateMachineArn: shortArn }, {});

/** ListStateMachines. */
export const listStateMachinesShape = structureShape({}, paging);

/** ValidateStateMachineDefinition. */
export const validateStateMachineDefinitionShape = structureShape(
  { definition: definitionText },
  {
    type: machineType,
    severity: choiceShape('ERROR', 'WARNING'),
    maxResults: integerShape(0, pageSizes.diagnosticsMax),
  },
);

/** TestState. */
export const testStateShape = structureShape(
  { definition: definitionText },
  {
    roleArn: shortArn,
    input: documentText,
    inspectionLevel: choiceShape('INFO', 'DEBUG', 'TRACE'),
    revealSecrets: booleanShape,
    variables: documentText,
    stateName: textShape({ min: 1, max: apiLengths.name, secret: true }),
    mock: structureShape(
      {},
      {
        result: documentText,
        errorOutput: structureShape({}, { error: errorText, cause: causeText }),
        fieldValidationMode: choiceShape('STRICT', 'PRESENT', 'NONE'),
      },
    ),
    context: documentText,
    stateConfiguration: structureShape(
      {},
      {
        retrierRetryCount: integerShape(0),
        errorCausedByState: textShape({ min: 1, max: apiLengths.name, secret: true }),
        mapIterationFailureCount: integerShape(0),
        mapItemReaderData: documentText,
      },
    ),
  },
);

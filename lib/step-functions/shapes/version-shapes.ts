/** The requests of the operations on versions and aliases. */
import { apiLengths } from '../step-functions-limits.ts';
import {
  descriptionText,
  longArn,
  paging,
  routingConfiguration,
  shortArn,
} from './common-shapes.ts';
import { structureShape, textShape } from './shape.ts';

/** PublishStateMachineVersion. */
export const publishStateMachineVersionShape = structureShape(
  { stateMachineArn: shortArn },
  { revisionId: textShape({}), description: descriptionText },
);

/** ListStateMachineVersions. */
export const listStateMachineVersionsShape = structureShape({ stateMachineArn: shortArn }, paging);

/** DeleteStateMachineVersion. */
export const deleteStateMachineVersionShape = structureShape(
  { stateMachineVersionArn: longArn },
  {},
);

/** CreateStateMachineAlias. */
export const createStateMachineAliasShape = structureShape(
  {
    name: textShape({
      min: 1,
      max: apiLengths.name,
      pattern: {
        shown: '^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$',
        matches: /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/,
      },
    }),
    routingConfiguration,
  },
  { description: descriptionText },
);

/** UpdateStateMachineAlias. */
export const updateStateMachineAliasShape = structureShape(
  { stateMachineAliasArn: shortArn },
  { description: descriptionText, routingConfiguration },
);

/** DescribeStateMachineAlias, and DeleteStateMachineAlias. */
export const namedAliasShape = structureShape({ stateMachineAliasArn: shortArn }, {});

/** ListStateMachineAliases. */
export const listStateMachineAliasesShape = structureShape({ stateMachineArn: shortArn }, paging);

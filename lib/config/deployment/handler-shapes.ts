/** Shapes of the settings of handlers and of networks. */
import * as z from 'zod';

const subnetIds = z.array(
  z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'must be the id of a subnet'),
);
const vpcId = z.string().regex(/^vpc-[0-9a-f]{8,17}$/, 'must be the id of a VPC');

/** The network of a new database. */
export const databaseNetwork = z.strictObject({ vpcId, subnetIds: subnetIds.min(2) });

/** The network of the workers. */
export const workerNetwork = z.strictObject({
  vpcId,
  subnetIds: subnetIds.min(1),
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'must be the id of a security group'))
    .min(1),
});

/** Beginnings of the names of variables that Lambda and Millrace set themselves. */
const reservedPrefixes = (
  '_ AWS_ LAMBDA_ NODE_OPTIONS OTEL_ POWERTOOLS_ API_ACCESS APPLICATION_SECRET_ARN DASHBOARD_ ' +
  'DATABASE_ EVENT_BUS_NAME EXECUTION_EVENTS HANDLER_SECRETS LEADER_ LOG_LEVEL MILLRACE_ ' +
  'OBJECTS_DRIVER QUEUE_DRIVER READER_SECRET_ARN SQS_ STORE_DRIVER SWEEP_SCHEDULE TASK_ROLE_ARN ' +
  'WORKER_'
).split(' ');

const variableName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,127}$/, 'must be the name of a variable')
  .refine(
    (name) => !reservedPrefixes.some((prefix) => name.startsWith(prefix)),
    'is a name that Lambda or Millrace uses itself',
  );

/** Variables in the environment of handlers. */
export const handlerVariables = z.record(variableName, z.string());

/** Variables of handlers with the ARNs of their values. */
export const handlerSecrets = z.record(
  variableName,
  z
    .string()
    .regex(
      /^arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:\d{12}:secret:|ssm:[a-z0-9-]+:\d{12}:parameter\/).+$/,
      'must be the ARN of a secret of Secrets Manager or of a parameter of SSM',
    ),
);

/** Checks the shape of `deployment`. */
import * as z from 'zod';
import { executionEventChoices } from '../../ports/event-bus.ts';
import { apiRoles, stepFunctionsRoles } from '../deployment-config.ts';
import { arn } from './arn-shape.ts';
import {
  databaseNetwork,
  handlerSecrets,
  handlerVariables,
  workerNetwork,
} from './handler-shapes.ts';

const count = z.number().int().min(1);
const text = z.string().min(1);

const queue = z.strictObject({
  batchSize: count.optional(),
  windowSeconds: z.number().int().min(0).optional(),
  maxConcurrency: count.optional(),
  memoryMb: count.optional(),
  timeoutSeconds: count.optional(),
  provisionedConcurrency: count.optional(),
});

const hostedLogin = z.strictObject({
  issuer: z.string().refine(isIssuer, 'must be an https URL without a query'),
  clientId: text,
  clientSecretArn: arn('secretsmanager'),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).optional(),
  nameClaim: text.optional(),
  roleClaim: text.optional(),
  roles: z
    .record(text, z.enum(['reader', 'operator', 'owner']))
    .refine((roles) => Object.keys(roles).length > 0, 'must give someone a role'),
});

const dashboard = z
  .strictObject({
    login: hostedLogin,
    domainName: z
      .string()
      .regex(/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/, 'must be a domain name such as mill.example.com')
      .optional(),
    certificateArn: arn('acm').optional(),
    webAclArn: arn('wafv2').optional(),
  })
  .refine(
    ({ domainName, certificateArn }) =>
      (domainName === undefined) === (certificateArn === undefined),
    'must have both domainName and certificateArn, or neither',
  );

const alarms = z.strictObject({
  emails: z.array(z.email()).optional(),
  topicArn: arn('sns').optional(),
  slack: z
    .strictObject({
      workspaceId: z.string().regex(/^[0-9A-Z]+$/, 'must be an id such as T07EA123LEP'),
      channelId: z.string().regex(/^[A-Za-z0-9]+$/, 'must be an id such as C07EZ1ABC23'),
    })
    .optional(),
  teams: z
    .strictObject({
      tenantId: z.guid(),
      teamId: z.guid(),
      channelId: z
        .string()
        .regex(
          /^[\w\-=+/.,]*%3a[\w\-=+/.,]*%40[\w\-=+/.,]*$/i,
          "must be the id in the channel's link",
        ),
    })
    .optional(),
});

/** A provider on this machine is one of a test or of a rehearsal. */
function isIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, hostname, search, hash } = new URL(issuer);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1');
  return isSafe && search === '' && hash === '';
}

/** Settings of a deployment or of one of its stages. Limits of AWS are checked at synthesis. */
const settings = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, 'must be a letter and up to 39 letters, digits and -')
    .optional(),
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be the 12 digits of an account, as a text')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1')
    .optional(),
  capacity: z
    .strictObject({
      min: z.number().min(0).optional(),
      max: z.number().min(1).optional(),
      pauseAfterSeconds: count.optional(),
      readers: z.number().int().min(0).max(15).optional(),
    })
    .optional(),
  zones: z.array(text).min(2).optional(),
  databaseNetwork: databaseNetwork.optional(),
  workerNetwork: workerNetwork.optional(),
  engineVersion: z
    .string()
    .regex(/^\d+\.\d+$/, 'must be a version of Aurora PostgreSQL, such as 17.9')
    .optional(),
  queues: z.record(z.string(), queue).optional(),
  workerConcurrency: count.optional(),
  reserveConcurrency: z.boolean().optional(),
  api: z.boolean().optional(),
  apiAccess: z.record(text, z.enum(apiRoles)).optional(),
  stepFunctions: z
    .union([
      z.boolean(),
      z.strictObject({ access: z.record(text, z.enum(stepFunctionsRoles)).optional() }),
    ])
    .optional(),
  canary: z.boolean().optional(),
  tracingLayerArn: arn('lambda').optional(),
  dashboard: dashboard.optional(),
  executionEvents: z.enum(executionEventChoices).optional(),
  taskPolicies: z
    .array(
      z.strictObject({
        actions: z.array(text).min(1),
        resources: z.array(text).min(1),
        reason: text.optional(),
      }),
    )
    .optional(),
  taskRoleArn: arn('iam').optional(),
  environment: handlerVariables.optional(),
  secrets: handlerSecrets.optional(),
  layers: z.array(arn('lambda')).max(5).optional(),
  externalPackages: z.array(text).optional(),
  alarms: alarms.optional(),
  encryptionKeyArn: arn('kms').optional(),
  database: z
    .strictObject({
      clusterArn: arn('rds'),
      secretArn: arn('secretsmanager'),
      name: text.optional(),
    })
    .optional(),
  bucketName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional(),
  expireObjects: z.record(text, count).optional(),
  eventBusArn: arn('events').optional(),
  logRetentionDays: count.optional(),
  retain: z.boolean().optional(),
  deletionProtection: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

/** The shape of a configuration's `deployment`. */
export const deploymentShape = settings.extend({
  stages: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be a name such as prod'), settings)
    .refine((stages) => Object.keys(stages).length > 0, 'must name a stage, or be left out')
    .optional(),
});

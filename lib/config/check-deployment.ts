/** Checks the shape of `deployment`. */
import * as z from 'zod';
import { executionEventChoices } from '../ports/event-bus.ts';

const count = z.number().int().min(1);
const text = z.string().min(1);

const queue = z.strictObject({
  batchSize: count.optional(),
  windowSeconds: z.number().int().min(0).optional(),
  maxConcurrency: count.optional(),
  memoryMb: count.optional(),
  timeoutSeconds: count.optional(),
});

/** The shape of a configuration's `deployment`. Limits of AWS are checked at synthesis. */
export const deploymentShape = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, 'must be a letter and up to 39 letters, digits and -')
    .optional(),
  capacity: z
    .strictObject({
      min: z.number().min(0).optional(),
      max: z.number().min(1).optional(),
      pauseAfterSeconds: count.optional(),
    })
    .optional(),
  engineVersion: z
    .string()
    .regex(/^\d+\.\d+$/, 'must be a version of Aurora PostgreSQL, such as 17.9')
    .optional(),
  queues: z.record(z.string(), queue).optional(),
  workerConcurrency: count.optional(),
  reserveConcurrency: z.boolean().optional(),
  api: z.boolean().optional(),
  executionEvents: z.enum(executionEventChoices).optional(),
  taskPolicies: z
    .array(z.strictObject({ actions: z.array(text).min(1), resources: z.array(text).min(1) }))
    .optional(),
  alarmEmail: z.email().optional(),
  logRetentionDays: count.optional(),
  retain: z.boolean().optional(),
  deletionProtection: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

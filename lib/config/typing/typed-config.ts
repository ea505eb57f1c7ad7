/** Types that derive from the type of a configuration, so that a wrong name does not compile. */
import type { Json } from '../../asl/json/json.ts';
import type { BatchOptionsInput } from '../../batch/batch-options.ts';
import type { PayloadSchema } from '../../batch/payload-schema.ts';
import type { BatchConfig, MillraceConfig } from '../config.ts';

/** The ids of a configuration's machines. */
export type MachineId<Config extends MillraceConfig> = keyof Config['machines'] & string;

/** The names of a configuration's batches. */
export type BatchName<Config extends MillraceConfig> = NameIn<Config['batches']>;

/** The names of a configuration's handlers. */
export type HandlerName<Config extends MillraceConfig> = NameIn<Config['handlers']>;

type NameIn<Members> = Extract<keyof NonNullable<Members>, string>;

/** The names of a configuration's queues. */
export type QueueName<Config extends MillraceConfig> =
  string extends MachineId<Config>
    ? string
    : Config extends { readonly queues: infer Queues extends object }
      ? keyof Queues & string
      : 'critical' | 'default' | 'low';

/** What a machine takes: what its schema takes, or any JSON. */
export type MachineInput<Config extends MillraceConfig, Id extends string> = SchemaInput<
  SchemaIn<Config, Id, 'input'>
>;

/** What a machine returns: what its schema gives, or any JSON. */
export type MachineOutput<Config extends MillraceConfig, Id extends string> = SchemaOutput<
  SchemaIn<Config, Id, 'output'>
>;

type SchemaIn<
  Config extends MillraceConfig,
  Id extends string,
  Field extends 'input' | 'output',
> = Id extends keyof Config['machines']
  ? Config['machines'][Id] extends { readonly [Each in Field]: infer Schema }
    ? Schema
    : never
  : never;

/** Whether nothing is known of a type: its machine has no schema, or its app any configuration. */
type IsUnknown<Schema> = [Schema] extends [never] ? true : 0 extends 1 & Schema ? true : false;

type SchemaInput<Schema> =
  IsUnknown<Schema> extends true
    ? Json
    : Schema extends PayloadSchema<infer Input, infer _>
      ? Input
      : Json;

type SchemaOutput<Schema> =
  IsUnknown<Schema> extends true
    ? Json
    : Schema extends PayloadSchema<infer _, infer Output>
      ? Output
      : Json;

/** What the names in a configuration have to be. */
export type ConfigNames<Config extends MillraceConfig> = {
  readonly batches?: {
    readonly [Name in keyof NonNullable<Config['batches']>]: Omit<
      BatchConfig,
      'machine' | 'options'
    > & {
      readonly machine: MachineId<Config> | `${MachineId<Config>}:${string}`;
      readonly options?: Omit<BatchOptionsInput, 'priority'> & {
        readonly priority?: QueueName<Config>;
      };
    };
  };
} & { readonly [Key in Exclude<keyof Config, keyof MillraceConfig>]: never };

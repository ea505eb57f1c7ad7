/** The rules by which the resources of a template get their names. */

/** The name of a resource that exists. */
export interface PhysicalName {
  /** What `Ref` returns. */
  readonly ref: string;
  /** What `Fn::GetAtt` returns, by attribute. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The account and region that a rehearsal simulates. */
export interface AwsEnvironment {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** The URL of AWS, with which queue URLs begin. */
  readonly endpoint: string;
}

/** What a {@link NameRule} builds names from. */
export interface ResourceNaming {
  readonly environment: AwsEnvironment;
  /** Returns a property of the resource if it is a string or a number. */
  text(property: string): string | undefined;
  /** Returns the name in `property`, or else one like CloudFormation's. @default maximum 64 */
  name(property: string, maximum?: number): string;
  /** Returns up to 40 hexadecimal digits that are unique to the resource. */
  hash(length: number): string;
  /** Returns `arn:aws:SERVICE:REGION:ACCOUNT:REST`. */
  arn(service: string, rest: string): string;
}

/** Names the resources of one type. */
export type NameRule = (resource: ResourceNaming) => PhysicalName;

import type { FieldDef } from 'pg';
import type { CatalogColumn } from './catalog.ts';
import type { ColumnType } from './column-types.ts';

/** One entry of `columnMetadata`, in JDBC's terms, as the service returns it. */
export interface ColumnMetadata {
  readonly arrayBaseColumnType: number;
  readonly isAutoIncrement: boolean;
  readonly isCaseSensitive: boolean;
  readonly isCurrency: boolean;
  readonly isSigned: boolean;
  readonly label: string;
  readonly name: string;
  /** 0: not nullable; 1: nullable; 2: unknown, as the column belongs to no table. */
  readonly nullable: number;
  readonly precision: number;
  readonly scale: number;
  readonly schemaName: string;
  readonly tableName: string;
  /** A constant of `java.sql.Types`. */
  readonly type: number;
  readonly typeName: string;
}

interface JdbcType {
  readonly type: number;
  readonly precision: number;
  readonly scale: number;
}

const unbounded = 2_147_483_647;
const otherType = 1111;
const arrayType = 2003;

/** JDBC types by PostgreSQL's name; precision and scale are those without a type modifier. */
const jdbcTypes: Readonly<Record<string, JdbcType>> = {
  bool: { type: -7, precision: 1, scale: 0 },
  bytea: { type: -2, precision: unbounded, scale: 0 },
  name: { type: 12, precision: 63, scale: 0 },
  int8: { type: -5, precision: 19, scale: 0 },
  int2: { type: 5, precision: 5, scale: 0 },
  int4: { type: 4, precision: 10, scale: 0 },
  text: { type: 12, precision: unbounded, scale: 0 },
  oid: { type: -5, precision: 10, scale: 0 },
  float4: { type: 7, precision: 8, scale: 8 },
  float8: { type: 8, precision: 17, scale: 17 },
  bpchar: { type: 1, precision: unbounded, scale: 0 },
  varchar: { type: 12, precision: unbounded, scale: 0 },
  date: { type: 91, precision: 13, scale: 0 },
  time: { type: 92, precision: 15, scale: 6 },
  timestamp: { type: 93, precision: 29, scale: 6 },
  timestamptz: { type: 93, precision: 35, scale: 6 },
  numeric: { type: 2, precision: 0, scale: 0 },
};

/** Type names of columns whose default is a sequence, by the name of their type. */
const serialNames: Readonly<Record<string, string>> = {
  int2: 'smallserial',
  int4: 'serial',
  int8: 'bigserial',
};

const signedKinds = new Set(['long', 'double', 'decimal']);

/** Describes a column of a result. @param origin the column of a table that it comes from */
export function describeColumn(
  field: FieldDef,
  type: ColumnType,
  origin: CatalogColumn | undefined,
): ColumnMetadata {
  const isSerial = origin?.isSerial ?? false;
  return {
    arrayBaseColumnType: type.element === null ? 0 : jdbcType(type.element).type,
    isAutoIncrement: isSerial,
    isCaseSensitive: type.kind === 'text',
    isCurrency: false,
    isSigned: type.element === null && signedKinds.has(type.kind) && type.name !== 'oid',
    label: field.name,
    name: field.name,
    nullable: origin === undefined ? 2 : origin.isRequired ? 0 : 1,
    ...columnSize(field, type),
    schemaName: '',
    tableName: origin?.tableName ?? '',
    type: type.element === null ? jdbcType(type).type : arrayType,
    typeName: (isSerial ? serialNames[type.name] : undefined) ?? type.name,
  };
}

function jdbcType({ name }: ColumnType): JdbcType {
  return jdbcTypes[name] ?? { type: otherType, precision: unbounded, scale: 0 };
}

/** Reads precision and scale from the type modifier, as `numeric(10,2)` and `varchar(40)` have. */
function columnSize({ dataTypeModifier }: FieldDef, type: ColumnType) {
  const { precision, scale } = jdbcType(type.element ?? type);
  const modifier = dataTypeModifier - 4;
  if (modifier < 0) return { precision, scale };
  switch (type.name) {
    case 'numeric':
      return { precision: modifier >> 16, scale: modifier & 0xffff };
    case 'varchar':
    case 'bpchar':
      return { precision: modifier, scale: 0 };
    default:
      return { precision, scale };
  }
}

/** The types that a result may contain. The service refuses others. */
import { DataApiError } from '../data-api-error.ts';

/** How values of a type are returned. */
export type ValueKind =
  | 'boolean'
  | 'long'
  | 'double'
  | 'decimal'
  | 'blob'
  | 'text'
  | 'time'
  | 'zoned';

/** The type of a column. */
export interface ColumnType {
  readonly id: number;
  /** PostgreSQL's name; that of an array type begins with `_`. */
  readonly name: string;
  readonly kind: ValueKind;
  /** The type of the elements; null if it is not an array type. */
  readonly element: ColumnType | null;
}

/** The catalog's entry of a type that is not built in. */
export interface CatalogType {
  readonly id: number;
  readonly name: string;
  readonly isEnum: boolean;
  /** The id of the element type; 0 if it is not an array type. */
  readonly element: number;
}

/** `[id, name, kind, id of the array type]`; 0 if the service does not support its arrays. */
const scalars: readonly (readonly [number, string, ValueKind, number])[] = [
  [16, 'bool', 'boolean', 1000],
  [17, 'bytea', 'blob', 0],
  [19, 'name', 'text', 1003],
  [20, 'int8', 'long', 1016],
  [21, 'int2', 'long', 1005],
  [23, 'int4', 'long', 1007],
  [25, 'text', 'text', 1009],
  [26, 'oid', 'long', 1028],
  [114, 'json', 'text', 199],
  [650, 'cidr', 'text', 651],
  [700, 'float4', 'double', 1021],
  [701, 'float8', 'double', 1022],
  [869, 'inet', 'text', 1041],
  [1042, 'bpchar', 'text', 1014],
  [1043, 'varchar', 'text', 1015],
  [1082, 'date', 'time', 1182],
  [1083, 'time', 'time', 1183],
  [1114, 'timestamp', 'time', 1115],
  [1184, 'timestamptz', 'zoned', 1185],
  [1700, 'numeric', 'decimal', 1231],
  [2950, 'uuid', 'text', 2951],
  [3802, 'jsonb', 'text', 3807],
];

const builtIn: ReadonlyMap<number, ColumnType> = new Map(
  scalars.flatMap(([id, name, kind, arrayId]) => {
    const scalar: ColumnType = { id, name, kind, element: null };
    const array: ColumnType = { id: arrayId, name: `_${name}`, kind, element: scalar };
    return arrayId === 0
      ? [[id, scalar] as const]
      : ([
          [id, scalar],
          [arrayId, array],
        ] as const);
  }),
);

/** Types of extensions that the service supports, by name. */
const knownByName = new Set(['vector']);

/** Resolves the types of one database; reads each that is not built in once from its catalog. */
export class ColumnTypes {
  readonly #known = new Map(builtIn);

  /**
   * Returns the types with these ids.
   * @param lookUp reads types from the catalog
   * @throws DataApiError for a type that the service does not support
   */
  async resolve(
    ids: readonly number[],
    lookUp: (ids: readonly number[]) => Promise<readonly CatalogType[]>,
  ): Promise<readonly ColumnType[]> {
    const unknown = ids.filter((id) => !this.#known.has(id));
    const catalog = unknown.length === 0 ? [] : await lookUp(unknown);
    for (const type of catalog) {
      if (type.element === 0 && !type.isEnum && !knownByName.has(type.name))
        throw unsupported(type);
      const scalar: ColumnType = { id: type.id, name: type.name, kind: 'text', element: null };
      if (type.element === 0) this.#known.set(type.id, scalar);
      else throw unsupported(type);
    }
    return ids.map((id) => this.#known.get(id) ?? missing(id));
  }
}

/** The service writes names like this: `INTERVAL`, `"CHAR"`, but `regclass`. */
function unsupported({ name }: CatalogType): DataApiError {
  const shown = name === 'char' ? '"CHAR"' : name.startsWith('reg') ? name : name.toUpperCase();
  const message = `The result contains the unsupported data type ${shown}.`;
  return new DataApiError('UnsupportedResultException', message);
}

function missing(id: number): never {
  throw new Error(`the catalog has no type ${id}`);
}

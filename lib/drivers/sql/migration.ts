/** One step of the schema. Never changed once released: a later step corrects it. */
export interface Migration {
  /** 1, 2, 3 …, without a gap. */
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

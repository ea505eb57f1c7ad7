/** Combinations of settings in which each value of one meets each value of every other. */

/** The values of each setting. */
export type SettingValues = Readonly<Record<string, readonly unknown[]>>;

/** A value of a setting, by its index. */
type Choice = readonly [setting: string, index: number];

/**
 * Returns rows of settings that contain every pair of values, which finds faults of two settings
 * together with few rows.
 */
export function combinePairwise<Row extends object>(values: SettingValues): Row[] {
  const settings = Object.keys(values);
  const missing = new Set(listPairs(values));
  const rows: Row[] = [];
  for (const first of missing) {
    const chosen = new Map<string, number>(JSON.parse(first) as Choice[]);
    for (const setting of settings) {
      if (!chosen.has(setting)) chosen.set(setting, mostMissing(values, missing, chosen, setting));
    }
    const choices = [...chosen];
    for (const one of choices) for (const other of choices) missing.delete(pairKey(one, other));
    const entries = settings.map((setting) => [
      setting,
      values[setting]?.[chosen.get(setting) ?? 0],
    ]);
    rows.push(Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Row);
  }
  return rows;
}

function mostMissing(
  values: SettingValues,
  missing: ReadonlySet<string>,
  chosen: ReadonlyMap<string, number>,
  setting: string,
): number {
  const counts = (values[setting] ?? []).map(
    (_, index) =>
      [...chosen].filter((other) => missing.has(pairKey([setting, index], other))).length,
  );
  return counts.indexOf(Math.max(...counts));
}

function listPairs(values: SettingValues): string[] {
  const choices = Object.entries(values).flatMap(([setting, { length }]) =>
    Array.from({ length }, (_, index): Choice => [setting, index]),
  );
  return choices.flatMap((one) =>
    choices.filter((other) => one[0] < other[0]).map((other) => pairKey(one, other)),
  );
}

function pairKey(one: Choice, other: Choice): string {
  return JSON.stringify(one[0] < other[0] ? [one, other] : [other, one]);
}

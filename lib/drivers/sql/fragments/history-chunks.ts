/**
 * Returns the SQL for the number of events in a chunk of history: the second word of the compact
 * form, or the length of the JSON array.
 */
export function eventsIn(events: string): string {
  return `CASE WHEN ${events} LIKE '~%' THEN CAST(split_part(left(${events}, 24), ' ', 2) AS integer)
    ELSE json_array_length(CAST(${events} AS json)) END`;
}

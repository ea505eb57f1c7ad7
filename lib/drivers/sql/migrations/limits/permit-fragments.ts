/** SQL fragments that the functions on permits share. */

/** The database's clock in milliseconds since 1970. */
export const functionNow = `CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)`;

/** The columns of a need in a document. */
export const needColumns = `rule text, key text, concurrency integer,
  "intervalMs" float8, burst float8`;

/** The time from which a rate is used, so that a clock that was set back does not stop it. */
export const usedFrom = (usedUpTo: string, terms: string) =>
  `greatest(at, least(coalesce(${usedUpTo}, 0), at + ${terms}.burst * ${terms}."intervalMs"))`;

/**
 * The head of a function. Tables that fill and empty quickly have statistics of the wrong moment:
 * it uses their indexes all the same.
 */
export const functionHead = `LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
    AS $function$
    #variable_conflict use_column`;

/** Counts by state, failures by error and state, and time series. */
import type { Migration } from '../migration.ts';

/**
 * Counts have up to 16 rows, as the counters of batches have, and one more (shard 0) into which the
 * counts of an ended batch are folded. They are updated by every group commit: half-empty pages
 * keep those updates in place.
 *
 * Histograms of durations are JSON texts, `{"12":5,"13":40}`: the number of durations by bucket.
 */
export const figures: Migration = {
  version: 8,
  name: 'figures',
  statements: [
    `CREATE TABLE millrace.state_counts (
      scope text COLLATE "C" NOT NULL,
      state text COLLATE "C" NOT NULL,
      shard integer NOT NULL,
      current integer NOT NULL,
      entered bigint NOT NULL,
      failed bigint NOT NULL,
      caught bigint NOT NULL,
      retried bigint NOT NULL,
      folded_at bigint,
      PRIMARY KEY (scope, state, shard)
    ) WITH (fillfactor = 50)`,
    `CREATE INDEX state_counts_unfolded ON millrace.state_counts (scope) WHERE shard > 0`,
    `CREATE INDEX state_counts_folded ON millrace.state_counts (folded_at)
      WHERE folded_at IS NOT NULL`,

    // Written by a process at most every ten seconds, unlike the counts.
    `CREATE TABLE millrace.state_times (
      scope text COLLATE "C" NOT NULL,
      state text COLLATE "C" NOT NULL,
      shard integer NOT NULL,
      took text NOT NULL,
      PRIMARY KEY (scope, state, shard)
    ) WITH (fillfactor = 50)`,

    `CREATE TABLE millrace.failure_counts (
      scope text COLLATE "C" NOT NULL,
      error text COLLATE "C" NOT NULL,
      state text COLLATE "C" NOT NULL,
      shard integer NOT NULL,
      count bigint NOT NULL,
      first_at bigint NOT NULL,
      last_at bigint NOT NULL,
      sample_id uuid NOT NULL,
      PRIMARY KEY (scope, error, state, shard)
    ) WITH (fillfactor = 50)`,

    // Gauges are null where no leader has measured, and durations where no execution ended.
    `CREATE TABLE millrace.series (
      kind text COLLATE "C" NOT NULL CHECK (kind IN ('total', 'queue', 'machine', 'batch')),
      at bigint NOT NULL,
      key text COLLATE "C" NOT NULL,
      step integer NOT NULL,
      shard integer NOT NULL,
      started bigint NOT NULL,
      ended bigint NOT NULL,
      succeeded bigint NOT NULL,
      failed bigint NOT NULL,
      retried bigint NOT NULL,
      archived bigint NOT NULL,
      received bigint NOT NULL,
      depth bigint,
      oldest_ms bigint,
      workers integer,
      busy integer,
      took text,
      PRIMARY KEY (kind, at, key, step, shard)
    ) WITH (fillfactor = 70)`,
    `CREATE INDEX series_by_age ON millrace.series (step, at)`,

    `CREATE FUNCTION millrace.add_histograms(one text, other text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $function$
      SELECT CAST(json_object_agg(bucket, total) AS text) FROM (
        SELECT key AS bucket, sum(CAST(value AS bigint)) AS total FROM (
          SELECT key, value FROM json_each_text(CAST(one AS json))
          UNION ALL
          SELECT key, value FROM json_each_text(CAST(other AS json))
        ) counts GROUP BY key
      ) totals
    $function$`,
  ],
};

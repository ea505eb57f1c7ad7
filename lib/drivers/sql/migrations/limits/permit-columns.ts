import { functionHead, functionNow, usedFrom } from './permit-fragments.ts';

/**
 * The columns of a document, each of which has one value per need. All but `ids` and `keys` may be
 * absent: then each holder has one need, of the first term, under `fence`, and of its execution.
 */
const columns = `numbers text, ids text, fences text, fence integer, "ofTerms" text, keys json,
      commands json`;

/** Reads them as rows: a text of numbers is parsed several times faster than objects are. */
const needRows = (terms: string) => `
      SELECT coalesce(u.n, CAST(u.place AS integer) - 1) AS n, u.execution_id,
        coalesce(u.fence, asked.fence) AS fence, coalesce(u.command, '') AS command, u.key,
        u.place, ${terms}
      FROM unnest(CAST(string_to_array(asked.numbers, ',') AS integer[]),
          CAST(string_to_array(asked.ids, ',') AS uuid[]),
          CAST(string_to_array(asked.fences, ',') AS integer[]),
          CAST(string_to_array(asked."ofTerms", ',') AS integer[]),
          ARRAY(SELECT json_array_elements_text(asked.keys)),
          ARRAY(SELECT json_array_elements_text(asked.commands)))
        WITH ORDINALITY AS u (n, execution_id, fence, term, key, command, place)`;

const termColumns = `term integer, scope text, rule text, concurrency integer,
  "intervalMs" float8, burst float8`;

const allTerms = 't.scope, t.rule, t.concurrency, t."intervalMs", t.burst';

/** Counts what is in use of the limit of a need `d`, up to its concurrency. */
const countUse = (d: string) => `CASE WHEN ${d}.concurrency IS NOT NULL THEN (SELECT count(*)
        FROM (SELECT 1 FROM millrace.permits o
          WHERE o.scope = ${d}.scope AND o.rule = ${d}.rule AND o.key = ${d}.key
          LIMIT ${d}.concurrency) u) END`;

/** What is asked and in use of each need's limit, where no two needs share one. */
const usedByOne = `used_by AS MATERIALIZED (
      SELECT d.*, 1 AS asked, ${countUse('d')} AS in_use FROM need d
    ),
`;

/** The same where needs may share limits: a limit is counted once, for the first of them. */
const usedByMany = `placed AS (
      SELECT d.*, row_number() OVER one_key AS of_key, count(*) OVER one_key AS asked
      FROM need d WINDOW one_key AS (PARTITION BY d.key, d.rule, d.scope)
    ),
    counted AS (
      SELECT p.*, CASE WHEN p.of_key = 1 THEN ${countUse('p')} END AS counted FROM placed p
    ),
    used_by AS MATERIALIZED (
      SELECT c.*, max(c.counted) OVER (PARTITION BY c.key, c.rule, c.scope) AS in_use
      FROM counted c
    ),
`;

/** Hands out what no one waits for, and finds the needs that are left. */
const handOut = (usedBy: string) => `WITH need AS MATERIALIZED (${needRows(allTerms)}
        JOIN json_to_recordset(asked.terms) AS t (${termColumns}) ON t.term = coalesce(u.term, 0)
    ),
${usedBy}    held_up AS MATERIALIZED (
      SELECT DISTINCT q.n FROM used_by q
      WHERE CASE WHEN q.concurrency IS NOT NULL THEN q.asked + q.in_use > q.concurrency
        ELSE
          q.asked * q."intervalMs" > at + q.burst * q."intervalMs" + 0.000001
            - (SELECT ${usedFrom('max(r.used_up_to)', 'q')} FROM millrace.permit_rates r
              WHERE r.scope = q.scope AND r.rule = q.rule AND r.key = q.key)
        END
        OR CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.scope = q.scope AND w.rule = q.rule AND w.key = q.key
            AND w.granted_at IS NULL) ELSE false END
        OR CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.execution_id = q.execution_id AND w.command = q.command
            AND w.scope = q.scope) ELSE false END
    ),
    begun AS (
      INSERT INTO millrace.permits (scope, rule, key, execution_id, command, fence, since)
      SELECT q.scope, q.rule, q.key, q.execution_id, q.command, q.fence, at
      FROM used_by q WHERE q.in_use = 0 AND q.n NOT IN (SELECT h.n FROM held_up h)
    ),
    held AS (
      INSERT INTO millrace.permits AS p (scope, rule, key, execution_id, command, fence, since)
      SELECT q.scope, q.rule, q.key, q.execution_id, q.command, q.fence, at
      FROM used_by q WHERE q.in_use > 0 AND q.n NOT IN (SELECT h.n FROM held_up h)
      ON CONFLICT (key, rule, scope, execution_id, command)
        DO UPDATE SET fence = greatest(p.fence, excluded.fence), since = excluded.since
    ),
    used AS (
      INSERT INTO millrace.permit_rates AS r (scope, rule, key, used_up_to)
      SELECT u.scope, u.rule, u.key, ${usedFrom('o.used_up_to', 'u')} + u.asked * u."intervalMs"
      FROM (SELECT d.scope, d.rule, d.key, count(*) AS asked,
          min(d."intervalMs") AS "intervalMs", min(d.burst) AS burst
        FROM need d
        WHERE d."intervalMs" IS NOT NULL AND d.n NOT IN (SELECT h.n FROM held_up h)
        GROUP BY d.scope, d.rule, d.key) u
      LEFT JOIN millrace.permit_rates o
        ON o.scope = u.scope AND o.rule = u.rule AND o.key = u.key
      ON CONFLICT (key, rule, scope) DO UPDATE SET used_up_to = excluded.used_up_to
    )
    SELECT coalesce(array_agg(h.n), '{}') INTO slow FROM held_up h;`;

/**
 * The functions that hand permits out and take them back, many in a call, for documents in columns.
 * They do what `acquire_permits` and `release_permits` do, and leave what has to wait to them. An
 * execution that a request has put to sleep gets nothing when that is repeated: it is woken.
 *
 * A transaction that is not on disk yet holds no scope locked while it is written, which is most of
 * what a call takes. Transactions reach the disk in their order: what a permit allows begins after
 * a checkpoint, which is on disk only after the permit is. A lost return is one that the sweeper
 * takes back.
 */
export const permitColumns: readonly string[] = [
  `CREATE FUNCTION millrace.take_permits(document json)
  RETURNS TABLE (n integer, granted boolean, ready_at float8)
  ${functionHead}
  DECLARE
    asked record;
    at bigint;
    all_scopes text[];
    has_waits boolean;
    slow integer[];
    parked integer[];
  BEGIN
    SELECT d.* INTO asked FROM json_to_record(document) AS d (now bigint, scopes json, terms json,
      ${columns}, "fairKeys" json, parks json, "allPark" boolean, "isDistinct" boolean,
      "commitFollows" boolean);
    all_scopes = ARRAY(SELECT json_array_elements_text(asked.scopes));
    PERFORM millrace.lock_permit_scopes(all_scopes);
    at = coalesce(asked.now, ${functionNow});
    has_waits = EXISTS (SELECT 1 FROM millrace.permit_waits w WHERE w.scope = ANY (all_scopes));
    IF asked."isDistinct" THEN
      ${handOut(usedByOne)}
    ELSE
      ${handOut(usedByMany)}
    END IF;
    IF cardinality(slow) > 0 THEN
      parked = ARRAY(SELECT DISTINCT d.n FROM (${needRows('t.scope')}
          JOIN json_to_recordset(asked.terms) AS t (term integer, scope text)
            ON t.term = coalesce(u.term, 0)) d
        JOIN millrace.permit_waits w ON w.execution_id = d.execution_id
          AND w.command = d.command AND w.scope = d.scope
        JOIN millrace.executions e ON e.id = d.execution_id
        WHERE d.n = ANY (slow) AND coalesce(CAST(asked.parks->>d.n AS boolean), asked."allPark")
          AND (e.worker_id IS NULL OR e.fence <> d.fence));
      RETURN QUERY SELECT p.n, false, CAST(NULL AS float8) FROM unnest(parked) AS p (n);
      RETURN QUERY SELECT a.n, a.granted, a.ready_at FROM millrace.acquire_permits((
        SELECT json_build_object('now', asked.now, 'scopes', asked.scopes, 'needs',
          coalesce(json_agg(json_build_object('n', d.n, 'place', d.place, 'scope', d.scope, 'rule', d.rule,
            'key', d.key, 'executionId', d.execution_id, 'command', d.command, 'fence', d.fence,
            'fairKey', coalesce(asked."fairKeys"->>d.n, d.key),
            'parks', coalesce(CAST(asked.parks->>d.n AS boolean), asked."allPark"),
            'concurrency', d.concurrency, 'intervalMs', d."intervalMs", 'burst', d.burst)), '[]'))
        FROM (${needRows(allTerms)}
          JOIN json_to_recordset(asked.terms) AS t (${termColumns}) ON t.term = coalesce(u.term, 0)
        ) d WHERE d.n = ANY (slow) AND NOT d.n = ANY (parked))) a;
      RETURN;
    END IF;
    IF asked."commitFollows" THEN
      PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    n = NULL;
    granted = false;
    ready_at = (SELECT min(r.ready_at) FROM millrace.permit_rates r
      WHERE r.scope = ANY (all_scopes) AND r.ready_at IS NOT NULL) - at;
    RETURN NEXT;
  END $function$`,

  `CREATE FUNCTION millrace.return_permits(document json)
  RETURNS TABLE (id text, queue text, batch_id text, ready_in float8) ${functionHead}
  DECLARE
    asked record;
    at bigint;
    all_scopes text[];
    has_waits boolean;
    chosen record;
    woken uuid[] = '{}';
  BEGIN
    SELECT d.* INTO asked FROM json_to_record(document) AS d (now bigint, scopes json, terms json,
      ${columns}, rules json);
    all_scopes = ARRAY(SELECT json_array_elements_text(asked.scopes));
    PERFORM millrace.lock_permit_scopes(all_scopes);
    at = coalesce(asked.now, ${functionNow});
    has_waits = EXISTS (SELECT 1 FROM millrace.permit_waits w WHERE w.scope = ANY (all_scopes));
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR chosen IN
      WITH given AS MATERIALIZED (${needRows('t.scope, t.rule')}
          JOIN json_to_recordset(asked.terms) AS t (term integer, scope text, rule text)
            ON t.term = coalesce(u.term, 0)
      ),
      left_early AS (
        DELETE FROM millrace.permit_waits w
        USING (SELECT DISTINCT scope, execution_id, command, fence FROM given WHERE has_waits) g
        WHERE w.execution_id = g.execution_id AND w.command = g.command
          AND w.scope = g.scope AND w.fence <= g.fence
      ),
      freed AS (
        DELETE FROM millrace.permits p USING given f
        WHERE p.scope = f.scope AND p.rule = f.rule AND p.key = f.key
          AND p.execution_id = f.execution_id AND p.command = f.command
          AND p.fence <= f.fence
        RETURNING p.scope, p.rule, p.key
      )
      SELECT f.scope, array_agg(f.rule) AS rules, array_agg(f.key) AS keys
      FROM (SELECT DISTINCT scope, rule, key FROM freed WHERE has_waits) f
      WHERE EXISTS (SELECT 1 FROM millrace.permit_waits w
        WHERE w.scope = f.scope AND w.rule = f.rule AND w.key = f.key
          AND w.granted_at IS NULL)
      GROUP BY f.scope
    LOOP
      woken = woken || ARRAY(SELECT millrace.grant_queues(asked.rules, chosen.scope,
        chosen.rules, chosen.keys, at));
    END LOOP;
    RETURN QUERY SELECT * FROM millrace.wake_permitted(woken, all_scopes, at);
  END $function$`,
];

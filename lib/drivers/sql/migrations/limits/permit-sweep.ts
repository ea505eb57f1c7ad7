import { functionHead, functionNow } from './permit-fragments.ts';

/** Whether the execution of a wait `w` no longer waits, or has not taken its permits for long. */
const isWaitStale = `NOT EXISTS (SELECT 1 FROM millrace.executions e
      WHERE e.id = w.execution_id AND e.ended_at IS NULL
        AND (w.granted_at IS NULL OR w.granted_at > at - taken_ms OR e.worker_id IS NOT NULL))`;

/**
 * Whether the execution of a permit `p` has ended, or does not use it any more. While it waits for
 * another scope, it keeps the permit.
 */
const isPermitStale = `NOT EXISTS (SELECT 1 FROM millrace.executions e
      WHERE e.id = p.execution_id AND e.ended_at IS NULL
        AND NOT (p.since <= at - taken_ms
          AND NOT EXISTS (SELECT 1 FROM millrace.permit_waits w
            WHERE w.execution_id = e.id AND w.command = p.command)
          AND CASE WHEN p.command = ''
            THEN e.status = 'PENDING_REDRIVE' AND e.worker_id IS NULL
            ELSE e.worker_id IS NULL OR e.fence > p.fence END))`;

/**
 * The sweep of permits: it compares all of them with their executions, which may be many, before it
 * locks the scopes, and under the lock only those again that looked stale. What was granted its
 * permits and still sleeps has never been woken: it is woken also when it loses them.
 */
export const permitSweep = `CREATE OR REPLACE FUNCTION millrace.sweep_permits(document json)
  RETURNS TABLE (id text, queue text, batch_id text, ready_in float8) ${functionHead}
  DECLARE
    at bigint = coalesce(CAST(document->>'now' AS bigint), ${functionNow});
    taken_ms bigint = CAST(document->>'takenMs' AS bigint);
    scopes text[];
    stale record;
    chosen record;
    woken uuid[];
  BEGIN
    SELECT array_agg(p.key) AS keys, array_agg(p.rule) AS rules, array_agg(p.scope) AS of_scopes,
      array_agg(p.execution_id) AS ids, array_agg(p.command) AS commands
    INTO stale FROM millrace.permits p WHERE ${isPermitStale};
    scopes = ARRAY(SELECT s.scope FROM millrace.permit_scopes s);
    PERFORM millrace.lock_permit_scopes(scopes);
    at = coalesce(CAST(document->>'now' AS bigint), ${functionNow});
    WITH gone AS (
      DELETE FROM millrace.permit_waits w WHERE ${isWaitStale}
      RETURNING w.scope, w.execution_id, w.command, w.needs
    ),
    freed AS (
      DELETE FROM millrace.permits p
      USING (SELECT g.*, d.rule, d.key FROM gone g
        CROSS JOIN LATERAL json_to_recordset(CAST(g.needs AS json)) AS d (rule text, key text)) g
      WHERE p.key = g.key AND p.rule = g.rule AND p.scope = g.scope
        AND p.execution_id = g.execution_id AND p.command = g.command
    )
    SELECT coalesce(array_agg(g.execution_id), '{}') INTO woken FROM gone g;
    DELETE FROM millrace.permits p
    USING unnest(stale.keys, stale.rules, stale.of_scopes, stale.ids, stale.commands)
      AS s (key, rule, scope, execution_id, command)
    WHERE p.key = s.key AND p.rule = s.rule AND p.scope = s.scope
      AND p.execution_id = s.execution_id AND p.command = s.command AND ${isPermitStale};
    DELETE FROM millrace.permit_rates r
    WHERE r.used_up_to < at AND r.ready_at IS NULL;
    woken = woken || ARRAY(SELECT w.execution_id FROM millrace.permit_waits w
      WHERE w.granted_at IS NOT NULL);
    FOR chosen IN
      WITH RECURSIVE queue (scope, rule, key, n) AS (
        (SELECT w.scope, w.rule, w.key, 1 FROM millrace.permit_waits w
          WHERE w.granted_at IS NULL ORDER BY w.scope, w.rule, w.key LIMIT 1)
        UNION ALL
        SELECT f.scope, f.rule, f.key, q.n + 1
        FROM queue q CROSS JOIN LATERAL (SELECT w.scope, w.rule, w.key
          FROM millrace.permit_waits w
          WHERE w.granted_at IS NULL AND (w.scope, w.rule, w.key) > (q.scope, q.rule, q.key)
          ORDER BY w.scope, w.rule, w.key LIMIT 1) f
        WHERE q.n < 1000
      )
      SELECT q.scope, array_agg(q.rule) AS rules, array_agg(q.key) AS keys
      FROM queue q GROUP BY q.scope
    LOOP
      woken = woken || ARRAY(SELECT millrace.grant_queues(document->'rules', chosen.scope,
        chosen.rules, chosen.keys, at));
    END LOOP;
    RETURN QUERY SELECT * FROM millrace.wake_permitted(woken, scopes, at);
  END $function$`;

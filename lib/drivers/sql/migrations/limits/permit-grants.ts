import { functionHead, functionNow } from './permit-fragments.ts';

/** The functions that take permits back and grant them to those that wait. */
export const permitGrants: readonly string[] = [
  `CREATE FUNCTION millrace.grant_queues(
    rules json, of_scope text, queue_rules text[], queue_keys text[], at bigint
  ) RETURNS SETOF uuid ${functionHead}
  DECLARE
    waiting record;
    block record;
    terms json;
    steps integer = 0;
  BEGIN
    LOOP
      SELECT h.* INTO waiting FROM unnest(queue_rules, queue_keys) AS q (rule, key)
        CROSS JOIN LATERAL (SELECT w.* FROM millrace.permit_waits w
          WHERE w.scope = of_scope AND w.rule = q.rule AND w.key = q.key
            AND w.granted_at IS NULL
          ORDER BY w.turn, w.since, w.execution_id, w.command LIMIT 1) h
      ORDER BY h.turn, h.since, h.execution_id, h.command LIMIT 1;
      steps = steps + 1;
      IF NOT FOUND THEN
        UPDATE millrace.permit_rates r SET ready_at = NULL
        FROM unnest(queue_rules, queue_keys) AS q (rule, key)
        WHERE r.scope = of_scope AND r.rule = q.rule AND r.key = q.key
          AND r.ready_at IS NOT NULL;
        RETURN;
      END IF;
      EXIT WHEN steps > 2000;
      terms = (SELECT coalesce(json_agg(json_build_object('rule', d.rule, 'key', d.key,
          'concurrency', t.concurrency, 'intervalMs', t."intervalMs", 'burst', t.burst)), '[]')
        FROM json_to_recordset(CAST(waiting.needs AS json)) AS d (rule text, key text)
          JOIN json_to_recordset(rules) AS t (scope text, rule text, concurrency integer,
            "intervalMs" float8, burst float8)
            ON t.scope = of_scope AND t.rule = d.rule);
      SELECT b.* INTO block FROM millrace.find_permit_block(of_scope, waiting.execution_id,
        waiting.command, terms, at, true, NULL, NULL) b;
      IF block.blocked_rule IS NULL THEN
        PERFORM millrace.use_rates(of_scope, terms, at);
        PERFORM millrace.hold_permits(of_scope, waiting.execution_id, waiting.command,
          waiting.fence, terms, at);
        UPDATE millrace.permit_waits w SET granted_at = at
        WHERE w.scope = of_scope AND w.execution_id = waiting.execution_id
          AND w.command = waiting.command;
        UPDATE millrace.permit_scopes s SET turn = waiting.turn
        WHERE s.scope = of_scope AND s.turn < waiting.turn;
        RETURN NEXT waiting.execution_id;
        CONTINUE;
      END IF;
      IF block.ready IS NOT NULL THEN
        PERFORM millrace.announce_rate(of_scope, block.blocked_rule, block.blocked_key,
          block.ready);
      END IF;
      IF block.blocked_rule = waiting.rule AND block.blocked_key = waiting.key THEN
        SELECT coalesce(array_agg(q.rule), '{}'), coalesce(array_agg(q.key), '{}')
        INTO queue_rules, queue_keys
        FROM unnest(queue_rules, queue_keys) AS q (rule, key)
        WHERE NOT (q.rule = waiting.rule AND q.key = waiting.key);
      ELSE
        UPDATE millrace.permit_waits w SET rule = block.blocked_rule, key = block.blocked_key
        WHERE w.scope = of_scope AND w.execution_id = waiting.execution_id
          AND w.command = waiting.command;
      END IF;
    END LOOP;
  END $function$`,

  `CREATE FUNCTION millrace.wake_permitted(ids uuid[], scopes text[], at bigint)
  RETURNS TABLE (id text, queue text, batch_id text, ready_in float8) ${functionHead}
  BEGIN
    IF cardinality(ids) > 0 THEN
      RETURN QUERY UPDATE millrace.executions e SET due_at = NULL, sent_at = at
      WHERE e.id = ANY (ids) AND e.worker_id IS NULL AND e.ended_at IS NULL
        AND e.due_at IS NOT NULL AND e.due_at <> 9007199254740990
      RETURNING CAST(e.id AS text), e.queue, e.batch_id, CAST(NULL AS float8);
    END IF;
    id = NULL;
    ready_in = (SELECT min(r.ready_at) FROM millrace.permit_rates r
      WHERE r.scope = ANY (scopes) AND r.ready_at IS NOT NULL) - at;
    RETURN NEXT;
  END $function$`,

  `CREATE FUNCTION millrace.release_permits(document json)
  RETURNS TABLE (id text, queue text, batch_id text, ready_in float8) ${functionHead}
  DECLARE
    at bigint;
    scopes text[] = ARRAY(SELECT json_array_elements_text(document->'scopes'));
    has_waits boolean;
    chosen record;
    woken uuid[] = '{}';
  BEGIN
    PERFORM millrace.lock_permit_scopes(scopes);
    at = coalesce(CAST(document->>'now' AS bigint), ${functionNow});
    has_waits = EXISTS (SELECT 1 FROM millrace.permit_waits w WHERE w.scope = ANY (scopes));
    FOR chosen IN
      WITH given AS MATERIALIZED (
        SELECT * FROM json_to_recordset(document->'needs') AS g (scope text,
          "executionId" uuid, command text, fence integer, rule text, key text)
      ),
      left_early AS (
        DELETE FROM millrace.permit_waits w
        USING (SELECT DISTINCT scope, "executionId", command, fence FROM given WHERE has_waits) g
        WHERE w.execution_id = g."executionId" AND w.command = g.command
          AND w.scope = g.scope AND w.fence <= g.fence
      ),
      freed AS (
        DELETE FROM millrace.permits p USING given f
        WHERE p.scope = f.scope AND p.rule = f.rule AND p.key = f.key
          AND p.execution_id = f."executionId" AND p.command = f.command
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
      woken = woken || ARRAY(SELECT millrace.grant_queues(document->'rules', chosen.scope,
        chosen.rules, chosen.keys, at));
    END LOOP;
    RETURN QUERY SELECT * FROM millrace.wake_permitted(woken, scopes, at);
  END $function$`,

  `CREATE FUNCTION millrace.grant_permits(document json)
  RETURNS TABLE (id text, queue text, batch_id text, ready_in float8) ${functionHead}
  DECLARE
    at bigint = coalesce(CAST(document->>'now' AS bigint), ${functionNow});
    all_scopes text[];
    scopes text[];
    chosen record;
    woken uuid[] = '{}';
  BEGIN
    all_scopes = ARRAY(SELECT DISTINCT r->>'scope' FROM json_array_elements(document->'rules') r);
    scopes = ARRAY(SELECT DISTINCT r.scope FROM millrace.permit_rates r
      WHERE r.scope = ANY (all_scopes) AND r.ready_at <= at);
    IF cardinality(scopes) > 0 THEN
      PERFORM millrace.lock_permit_scopes(scopes);
      at = coalesce(CAST(document->>'now' AS bigint), ${functionNow});
      FOR chosen IN
        SELECT r.scope, array_agg(r.rule) AS rules, array_agg(r.key) AS keys
        FROM (SELECT o.scope, o.rule, o.key FROM millrace.permit_rates o
          WHERE o.scope = ANY (scopes) AND o.ready_at <= at
          ORDER BY o.ready_at LIMIT 200) r
        GROUP BY r.scope
      LOOP
        woken = woken || ARRAY(SELECT millrace.grant_queues(document->'rules', chosen.scope,
          chosen.rules, chosen.keys, at));
      END LOOP;
    END IF;
    RETURN QUERY SELECT * FROM millrace.wake_permitted(woken, all_scopes, at);
  END $function$`,

  `CREATE FUNCTION millrace.sweep_permits(document json)
  RETURNS TABLE (id text, queue text, batch_id text, ready_in float8) ${functionHead}
  DECLARE
    at bigint;
    taken_ms bigint = CAST(document->>'takenMs' AS bigint);
    scopes text[];
    chosen record;
    woken uuid[];
  BEGIN
    scopes = ARRAY(SELECT s.scope FROM millrace.permit_scopes s);
    PERFORM millrace.lock_permit_scopes(scopes);
    at = coalesce(CAST(document->>'now' AS bigint), ${functionNow});
    WITH gone AS (
      DELETE FROM millrace.permit_waits w WHERE NOT EXISTS (
        SELECT 1 FROM millrace.executions e
        WHERE e.id = w.execution_id AND e.ended_at IS NULL
          AND (w.granted_at IS NULL OR w.granted_at > at - taken_ms
            OR e.worker_id IS NOT NULL))
      RETURNING w.scope, w.execution_id, w.command
    )
    DELETE FROM millrace.permits p USING gone g
    WHERE p.scope = g.scope AND p.execution_id = g.execution_id AND p.command = g.command;
    DELETE FROM millrace.permits p WHERE NOT EXISTS (
      SELECT 1 FROM millrace.executions e
      WHERE e.id = p.execution_id AND e.ended_at IS NULL
        AND NOT (p.since <= at - taken_ms
          AND NOT EXISTS (SELECT 1 FROM millrace.permit_waits w
            WHERE w.execution_id = e.id AND w.command = p.command AND w.scope = p.scope)
          AND CASE WHEN p.command = ''
            THEN e.status = 'PENDING_REDRIVE' AND e.worker_id IS NULL
            ELSE e.worker_id IS NULL OR e.fence > p.fence END));
    DELETE FROM millrace.permit_rates r
    WHERE r.used_up_to < at AND r.ready_at IS NULL;
    woken = ARRAY(SELECT w.execution_id FROM millrace.permit_waits w
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
  END $function$`,

  `CREATE FUNCTION millrace.wake_granted(document json) RETURNS TABLE (id text) ${functionHead}
  DECLARE
    at bigint;
    ids uuid[] = ARRAY(SELECT CAST(i AS uuid)
      FROM json_array_elements_text(document->'ids') i);
  BEGIN
    PERFORM millrace.lock_permit_scopes(ARRAY(SELECT DISTINCT w.scope
      FROM millrace.permit_waits w WHERE w.execution_id = ANY (ids)));
    at = coalesce(CAST(document->>'now' AS bigint), ${functionNow});
    RETURN QUERY UPDATE millrace.executions e SET due_at = NULL, sent_at = at
    WHERE e.id = ANY (ids) AND e.worker_id IS NULL AND e.ended_at IS NULL
      AND e.due_at IS NOT NULL AND e.due_at <> 9007199254740990
      AND EXISTS (SELECT 1 FROM millrace.permit_waits w
        WHERE w.execution_id = e.id AND w.granted_at IS NOT NULL)
    RETURNING CAST(e.id AS text);
  END $function$`,
];

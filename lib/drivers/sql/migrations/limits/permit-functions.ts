import { functionHead, functionNow, needColumns, usedFrom } from './permit-fragments.ts';

/** The functions that hand out permits, and those that they are made of. */
export const permitFunctions: readonly string[] = [
  `CREATE FUNCTION millrace.lock_permit_scopes(scopes text[]) RETURNS void
  ${functionHead}
  BEGIN
    INSERT INTO millrace.permit_scopes (scope)
    SELECT DISTINCT s.name FROM unnest(scopes) AS s (name)
    WHERE NOT EXISTS (SELECT 1 FROM millrace.permit_scopes p WHERE p.scope = s.name)
    ORDER BY 1
    ON CONFLICT DO NOTHING;
    PERFORM 1 FROM millrace.permit_scopes p
    WHERE p.scope = ANY (scopes) ORDER BY p.scope FOR UPDATE;
  END $function$`,

  `CREATE FUNCTION millrace.find_permit_block(
    of_scope text, of_execution uuid, of_command text, needs json, at bigint,
    is_next boolean, own_turn bigint, own_since bigint,
    OUT blocked_rule text, OUT blocked_key text, OUT ready float8
  ) ${functionHead}
  DECLARE
    need record;
    used integer;
    up_to float8;
    is_full boolean;
  BEGIN
    FOR need IN SELECT d.* FROM json_to_recordset(needs) AS d (${needColumns}) LOOP
      ready = NULL;
      IF need.concurrency IS NOT NULL THEN
        CONTINUE WHEN EXISTS (SELECT 1 FROM millrace.permits p
          WHERE p.scope = of_scope AND p.rule = need.rule AND p.key = need.key
            AND p.execution_id = of_execution AND p.command = of_command);
        SELECT count(*) INTO used FROM (SELECT 1 FROM millrace.permits p
          WHERE p.scope = of_scope AND p.rule = need.rule AND p.key = need.key
          LIMIT need.concurrency) u;
        is_full = used >= need.concurrency;
      ELSE
        up_to = (SELECT r.used_up_to FROM millrace.permit_rates r
          WHERE r.scope = of_scope AND r.rule = need.rule AND r.key = need.key);
        ready = ${usedFrom('up_to', 'need')} - (need.burst - 1) * need."intervalMs";
        is_full = ready > at + 0.000001;
      END IF;
      IF NOT is_full AND NOT is_next THEN
        is_full = EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.scope = of_scope AND w.rule = need.rule AND w.key = need.key
            AND w.granted_at IS NULL
            AND (own_turn IS NULL OR (w.turn, w.since, w.execution_id, w.command)
              < (own_turn, own_since, of_execution, of_command)));
      END IF;
      IF is_full THEN
        blocked_rule = need.rule;
        blocked_key = need.key;
        RETURN;
      END IF;
    END LOOP;
    ready = NULL;
  END $function$`,

  `CREATE FUNCTION millrace.hold_permits(
    of_scope text, of_execution uuid, of_command text, of_fence integer, needs json, at bigint
  ) RETURNS void ${functionHead}
  BEGIN
    INSERT INTO millrace.permits AS p (scope, rule, key, execution_id, command, fence, since)
    SELECT of_scope, d.rule, d.key, of_execution, of_command, of_fence, at
    FROM json_to_recordset(needs) AS d (${needColumns})
    WHERE d.concurrency IS NOT NULL
    ON CONFLICT (key, rule, scope, execution_id, command)
      DO UPDATE SET fence = greatest(p.fence, excluded.fence), since = excluded.since;
  END $function$`,

  `CREATE FUNCTION millrace.use_rates(of_scope text, needs json, at bigint) RETURNS void
  ${functionHead}
  BEGIN
    INSERT INTO millrace.permit_rates AS n (scope, rule, key, used_up_to)
    SELECT of_scope, d.rule, d.key, ${usedFrom('r.used_up_to', 'd')} + d."intervalMs"
    FROM json_to_recordset(needs) AS d (${needColumns})
      LEFT JOIN millrace.permit_rates r
        ON r.scope = of_scope AND r.rule = d.rule AND r.key = d.key
    WHERE d."intervalMs" IS NOT NULL
    ON CONFLICT (key, rule, scope) DO UPDATE SET used_up_to = excluded.used_up_to;
  END $function$`,

  `CREATE FUNCTION millrace.announce_rate(
    of_scope text, of_rule text, of_key text, ready float8
  ) RETURNS void ${functionHead}
  BEGIN
    INSERT INTO millrace.permit_rates AS r (scope, rule, key, used_up_to, ready_at)
    VALUES (of_scope, of_rule, of_key, 0, ready)
    ON CONFLICT (key, rule, scope) DO UPDATE SET ready_at = excluded.ready_at;
  END $function$`,

  `CREATE FUNCTION millrace.acquire_permits(document json)
  RETURNS TABLE (n integer, granted boolean, ready_at float8)
  ${functionHead}
  DECLARE
    at bigint;
    scopes text[] = ARRAY(SELECT json_array_elements_text(document->'scopes'));
    has_waits boolean;
    slow integer[];
    request record;
    waiting record;
    block record;
    parked_ids uuid[] = '{}';
    parked_fences integer[] = '{}';
  BEGIN
    PERFORM millrace.lock_permit_scopes(scopes);
    at = coalesce(CAST(document->>'now' AS bigint), ${functionNow});
    has_waits = EXISTS (SELECT 1 FROM millrace.permit_waits w WHERE w.scope = ANY (scopes));
    WITH need AS MATERIALIZED (
      SELECT * FROM json_to_recordset(document->'needs') AS d (n integer, scope text,
        "executionId" uuid, command text, fence integer, ${needColumns})
    ),
    queue AS (
      SELECT d.scope, d.rule, d.key, count(*) AS asked, min(d.concurrency) AS concurrency,
        min(d."intervalMs") AS "intervalMs", min(d.burst) AS burst
      FROM need d GROUP BY d.scope, d.rule, d.key
    ),
    crowded AS MATERIALIZED (
      SELECT q.scope, q.rule, q.key FROM queue q
      WHERE CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.scope = q.scope AND w.rule = q.rule AND w.key = q.key
            AND w.granted_at IS NULL) ELSE false END
        OR CASE WHEN q.concurrency IS NOT NULL THEN
          q.asked + (SELECT count(*) FROM (SELECT 1 FROM millrace.permits p
            WHERE p.scope = q.scope AND p.rule = q.rule AND p.key = q.key
            LIMIT q.concurrency) u) > q.concurrency
        ELSE
          q.asked * q."intervalMs" > at + q.burst * q."intervalMs" + 0.000001
            - (SELECT ${usedFrom('max(r.used_up_to)', 'q')} FROM millrace.permit_rates r
              WHERE r.scope = q.scope AND r.rule = q.rule AND r.key = q.key)
        END
    ),
    held_up AS MATERIALIZED (
      SELECT d.n FROM need d
        JOIN crowded c ON c.scope = d.scope AND c.rule = d.rule AND c.key = d.key
      UNION
      SELECT d.n FROM need d
      WHERE CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
        WHERE w.execution_id = d."executionId" AND w.command = d.command
          AND w.scope = d.scope) ELSE false END
    ),
    held AS (
      INSERT INTO millrace.permits AS p (scope, rule, key, execution_id, command, fence, since)
      SELECT d.scope, d.rule, d.key, d."executionId", d.command, d.fence, at
      FROM need d
      WHERE d.concurrency IS NOT NULL AND d.n NOT IN (SELECT h.n FROM held_up h)
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
    SELECT coalesce(array_agg(h.n), '{}') INTO slow FROM held_up h;
    FOR request IN
      SELECT d.n, d.scope, d."executionId", d.command, d.fence, d."fairKey", d.parks,
        json_agg(json_build_object('rule', d.rule, 'key', d.key, 'concurrency', d.concurrency,
          'intervalMs', d."intervalMs", 'burst', d.burst) ORDER BY d.place) AS needs
      FROM json_to_recordset(CASE WHEN cardinality(slow) = 0 THEN '[]'
        ELSE document->'needs' END) AS d (n integer, place integer, scope text,
        "executionId" uuid, command text, fence integer, "fairKey" text, parks boolean,
        ${needColumns})
      WHERE d.n = ANY (slow)
      GROUP BY d.n, d.scope, d."executionId", d.command, d.fence, d."fairKey", d.parks
      ORDER BY d.n
    LOOP
      n = request.n;
      granted = true;
      SELECT w.* INTO waiting FROM millrace.permit_waits w
      WHERE w.scope = request.scope AND w.execution_id = request."executionId"
        AND w.command = request.command;
      IF waiting.granted_at IS NULL THEN
        SELECT b.* INTO block FROM millrace.find_permit_block(request.scope,
          request."executionId", request.command, request.needs, at, false,
          waiting.turn, waiting.since) b;
        granted = block.blocked_rule IS NULL;
        IF granted THEN
          PERFORM millrace.use_rates(request.scope, request.needs, at);
        END IF;
      END IF;
      IF granted THEN
        PERFORM millrace.hold_permits(request.scope, request."executionId", request.command,
          request.fence, request.needs, at);
        DELETE FROM millrace.permit_waits w
        WHERE w.scope = request.scope AND w.execution_id = request."executionId"
          AND w.command = request.command;
        RETURN NEXT;
        CONTINUE;
      END IF;
      INSERT INTO millrace.permit_waits AS w (scope, execution_id, command, fence, needs,
        fair_key, turn, since, rule, key)
      SELECT request.scope, request."executionId", request.command, request.fence,
        CAST(request.needs AS text), request."fairKey",
        greatest((SELECT s.turn FROM millrace.permit_scopes s WHERE s.scope = request.scope),
          (SELECT max(o.turn) FROM millrace.permit_waits o
            WHERE o.scope = request.scope AND o.fair_key = request."fairKey")) + 1,
        at, block.blocked_rule, block.blocked_key
      ON CONFLICT (execution_id, command, scope) DO UPDATE SET
        fence = greatest(w.fence, excluded.fence), needs = excluded.needs,
        rule = excluded.rule, key = excluded.key;
      IF block.ready IS NOT NULL THEN
        PERFORM millrace.announce_rate(request.scope, block.blocked_rule, block.blocked_key,
          block.ready);
      END IF;
      IF request.parks THEN
        parked_ids = parked_ids || request."executionId";
        parked_fences = parked_fences || request.fence;
      END IF;
      RETURN NEXT;
    END LOOP;
    IF cardinality(parked_ids) > 0 THEN
      UPDATE millrace.executions e SET
        worker_id = NULL, sent_at = NULL,
        due_at = CASE WHEN e.abort_requested OR e.signals_sent > e.signals_seen THEN at
          ELSE coalesce(e.deadline_at, 9007199254740991) END,
        started_at = CASE WHEN e.status = 'PENDING' THEN NULL ELSE e.started_at END
      FROM unnest(parked_ids, parked_fences) AS k (id, fence)
      WHERE e.id = k.id AND e.fence = k.fence AND e.worker_id IS NOT NULL
        AND e.ended_at IS NULL;
    END IF;
    n = NULL;
    granted = false;
    ready_at = (SELECT min(r.ready_at) FROM millrace.permit_rates r
      WHERE r.scope = ANY (scopes) AND r.ready_at IS NOT NULL) - at;
    RETURN NEXT;
  END $function$`,
];

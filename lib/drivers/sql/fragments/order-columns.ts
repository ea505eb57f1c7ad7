/** The columns of an order, from `o`. */
export const orderColumns = `o.id::text AS "id", CAST(o.at AS float8) AS "at", o.made_by AS "by",
  o.via AS "via", o.request_id AS "requestId", o.action AS "action", o.object AS "object",
  o.selection AS "over", o.reason AS "reason", o.status AS "status", o.per_second AS "perSecond",
  CAST(o.items_max AS float8) AS "itemsMax", CAST(o.total AS float8) AS "total",
  CAST(o.up_to AS float8) AS "upTo", CAST(o.done AS float8) AS "done",
  CAST(o.refused AS float8) AS "refused", CAST(o.ended_at AS float8) AS "endedAt",
  o.outcome AS "outcome"`;

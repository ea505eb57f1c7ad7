/** Calls whose documents and results are transferred in pieces, for the RDS Data API. */
import type { Migration } from '../migration.ts';

/**
 * `call_in_pieces` runs one of Millrace's own statements with its document and returns the rows as
 * lines of JSON, cut into pieces of bytes. Pieces that do not fit into one response are stored in
 * `millrace.pieces` by the statement's own transaction and read by further calls: so a claim that
 * is committed can be returned, whatever its size. A document that does not fit into a request is
 * stored there before, and is null here.
 *
 * The function runs with its caller's rights, resolves no name by a search path that a caller could
 * set, and plans each statement for its document. Assignments are written with `=`, because a colon
 * begins a parameter of the Data API.
 *
 * A row may hold 64 KB and a result 1 MiB. AWS does not document whether a byte counts as one or as
 * the two letters that PostgreSQL writes for it: the sizes respect both.
 *
 * The table is unlogged: a call whose pieces were lost in a crash is repeated.
 */
export const pieces: Migration = {
  version: 7,
  name: 'pieces',
  statements: [
    `CREATE UNLOGGED TABLE millrace.pieces (
      call_id uuid NOT NULL,
      number integer NOT NULL,
      bytes bytea NOT NULL,
      kept_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (call_id, number)
    )`,
    `CREATE INDEX pieces_oldest ON millrace.pieces (kept_at)`,

    `CREATE FUNCTION millrace.take_pieces(call uuid, expected integer) RETURNS text
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
    DECLARE
      whole bytea;
      found integer;
    BEGIN
      WITH taken AS (DELETE FROM millrace.pieces WHERE call_id = call RETURNING number, bytes)
      SELECT string_agg(bytes, '' ORDER BY number), count(*) INTO whole, found FROM taken;
      IF found <> expected THEN
        RAISE EXCEPTION 'pieces of the document are gone' USING ERRCODE = 'serialization_failure';
      END IF;
      RETURN convert_from(whole, 'UTF8');
    END $function$`,

    `CREATE FUNCTION millrace.call_in_pieces(
      call uuid, statement text, document text, document_pieces integer
    ) RETURNS TABLE (piece bytea, kept integer)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off AS $function$
    DECLARE
      piece_bytes CONSTANT integer = 30000;
      answer_pieces CONSTANT integer = 16;
      answer refcursor;
      line record;
      rest bytea = '';
      start integer = 1;
      number integer = 0;
      is_over boolean;
    BEGIN
      document = coalesce(document, millrace.take_pieces(call, document_pieces));
      OPEN answer NO SCROLL FOR EXECUTE statement USING document;
      LOOP
        FETCH answer INTO line;
        is_over = NOT FOUND;
        IF NOT is_over THEN
          rest = substring(rest FROM start) || convert_to(row_to_json(line) || chr(10), 'UTF8');
          start = 1;
        END IF;
        WHILE length(rest) - start + 1 >= CASE WHEN is_over THEN 1 ELSE piece_bytes END LOOP
          piece = substring(rest FROM start FOR piece_bytes);
          IF number < answer_pieces THEN
            RETURN NEXT;
          ELSE
            INSERT INTO millrace.pieces (call_id, number, bytes)
            VALUES (call, number - answer_pieces, piece);
          END IF;
          number = number + 1;
          start = start + piece_bytes;
        END LOOP;
        EXIT WHEN is_over;
      END LOOP;
      IF number > answer_pieces THEN
        piece = NULL;
        kept = number - answer_pieces;
        RETURN NEXT;
      END IF;
    END $function$`,
  ],
};

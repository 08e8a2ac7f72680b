-- Event triggers.
SELECT e.tableoid AS classid, e.oid AS objid, NULL AS schema, e.evtname AS name,
       quote_ident(e.evtname) AS key, pg_get_userbyid(e.evtowner) AS owner,
       format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %s()', e.evtname, e.evtevent,
              coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(t), ', ' ORDER BY r)
                                             FROM unnest(e.evttags) WITH ORDINALITY AS u(t, r)) || ')', ''),
              e.evtfoid::regproc) AS definition,
       e.evtenabled AS enabled
  FROM pg_event_trigger e
 WHERE e.oid >= 16384

-- The trail: append-only for every role; each row stores its own hash, blocks of rows are chained by the sealer.

-- A field as the hash sees it: its length in bytes, then its bytes; an absent one is not an empty one.
CREATE FUNCTION audit_field(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(octet_length(value)::text || ':' || value, '-') || ';';

-- The exact text whose SHA-256 is an event's hash. `hearth audit verify` writes the same text itself, outside the
-- database. Every column is in it; instants are whole milliseconds, so that no session setting changes the text.
CREATE FUNCTION audit_event_text(e audit_event) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN 'hearth-event-1;' || audit_field(e.id::text) || audit_field(e.xid::text)
  || audit_field((extract(epoch FROM e.occurred_at) * 1000)::bigint::text)
  || audit_field(e.actor_kind) || audit_field(e.actor_user_id::text) || audit_field(e.actor_name)
  || audit_field(e.name) || audit_field(e.subject_type) || audit_field(e.subject_id)
  || audit_field(e.organization_id::text) || audit_field(e.program_id::text)
  || audit_field(e.facts::text) || audit_field(e.detail_commitment);

CREATE FUNCTION hash_audit_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.xid := pg_current_xact_id()::text::bigint;
  NEW.hash := sha256(convert_to(public.audit_event_text(NEW), 'UTF8'));
  RETURN NEW;
END $$;
CREATE TRIGGER audit_event_hashed BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION hash_audit_event();

CREATE TRIGGER audit_event_unchangeable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_unchangeable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_event_unchangeable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_anchor_unchangeable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_anchor
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_unchangeable;
ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_seal_unchangeable;
ALTER TABLE audit_seal_event ENABLE ALWAYS TRIGGER audit_seal_event_unchangeable;
ALTER TABLE audit_anchor ENABLE ALWAYS TRIGGER audit_anchor_unchangeable;

-- Personal text is never rewritten, and deleted by erase_audit_detail alone.
CREATE FUNCTION refuse_detail_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('hearth.erasing', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'append_only: rows of audit_detail leave by erasure only (% refused)', TG_OP USING ERRCODE = 'HR010';
END $$;
CREATE TRIGGER audit_detail_unchangeable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_detail
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_detail_change();
ALTER TABLE audit_detail ENABLE ALWAYS TRIGGER audit_detail_unchangeable;

-- Deletes the personal text of one event; the event and its commitment stay. Answers whether there was any.
CREATE FUNCTION erase_audit_detail(p_event bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  erased boolean;
BEGIN
  -- Set here and not on the function: on a managed server the owner may not attach a setting of our own to a function.
  PERFORM set_config('hearth.erasing', 'on', true);
  DELETE FROM public.audit_detail WHERE event_id = p_event;
  erased := FOUND;
  PERFORM set_config('hearth.erasing', 'off', true);
  RETURN erased;
END $$;
REVOKE ALL ON FUNCTION erase_audit_detail FROM PUBLIC;

-- What was sent, and what was signed, is as frozen as the trail.
CREATE TRIGGER application_version_unchangeable BEFORE UPDATE OR DELETE OR TRUNCATE ON application_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_signature_unchangeable BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement_signature
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE application_version ENABLE ALWAYS TRIGGER application_version_unchangeable;
ALTER TABLE agreement_signature ENABLE ALWAYS TRIGGER agreement_signature_unchangeable;

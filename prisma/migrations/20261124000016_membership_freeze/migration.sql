-- When owners dispute, an officer freezes membership and calls the number on file (safeguard B2). The number keeps its
-- history: whoever is about to be called could otherwise have changed it the hour before.
CREATE TABLE "organization_telephone" (
  "id" UUID NOT NULL,
  "organization_id" UUID NOT NULL,
  "number" TEXT NOT NULL,
  "set_by_id" UUID NOT NULL,
  "set_at" TIMESTAMPTZ(3) NOT NULL,
  "replaced_at" TIMESTAMPTZ(3),
  CONSTRAINT "organization_telephone_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "organization_telephone_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id")
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT organization_telephone_format CHECK (number ~ '^1-[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}$'),
  CONSTRAINT organization_telephone_replaced_later CHECK (replaced_at >= set_at)
);
CREATE INDEX "organization_telephone_organization_id_idx" ON "organization_telephone"("organization_id");
CREATE UNIQUE INDEX "organization_telephone_one_present" ON "organization_telephone" ("organization_id")
  WHERE "replaced_at" IS NULL;

CREATE TABLE "membership_freeze" (
  "id" UUID NOT NULL,
  "organization_id" UUID NOT NULL,
  "frozen_by_id" UUID NOT NULL,
  "frozen_at" TIMESTAMPTZ(3) NOT NULL,
  "reason" TEXT NOT NULL,
  "lifted_by_id" UUID,
  "lifted_at" TIMESTAMPTZ(3),
  "call_note" TEXT,
  "settled" TEXT,
  CONSTRAINT "membership_freeze_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "membership_freeze_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id")
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT membership_freeze_reasoned CHECK (length(btrim(reason)) > 0),
  CONSTRAINT membership_freeze_lifted_whole CHECK (num_nonnulls(lifted_by_id, lifted_at, call_note) IN (0, 3)
    AND (settled IS NULL OR lifted_at IS NOT NULL)),
  CONSTRAINT membership_freeze_called CHECK (length(btrim(call_note)) > 0),
  CONSTRAINT membership_freeze_lifted_later CHECK (lifted_at >= frozen_at)
);
CREATE INDEX "membership_freeze_organization_id_idx" ON "membership_freeze"("organization_id");
CREATE UNIQUE INDEX "membership_freeze_one_open" ON "membership_freeze" ("organization_id") WHERE "lifted_at" IS NULL;

-- Begun open and in one's own name, lifted once, never changed; by nobody who is or was a member.
CREATE FUNCTION guard_membership_freeze() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  officer uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.frozen_by_id ELSE NEW.lifted_by_id END;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.lifted_at IS NOT NULL THEN
      RAISE EXCEPTION 'membership_freeze_begins_open: a freeze is lifted after it began' USING ERRCODE = 'HR024';
    END IF;
    -- Changes under way hold this row shared (below): the freeze waits for them, and those that come wait for it.
    PERFORM FROM public.organization o WHERE o.id = NEW.organization_id FOR UPDATE;
  ELSIF OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL
    OR to_jsonb(NEW) - ARRAY['lifted_by_id', 'lifted_at', 'call_note', 'settled']
       <> to_jsonb(OLD) - ARRAY['lifted_by_id', 'lifted_at', 'call_note', 'settled'] THEN
    RAISE EXCEPTION 'append_only: a freeze is lifted once and never changed' USING ERRCODE = 'HR010';
  END IF;
  IF public.acting_user() IS NOT NULL AND officer IS DISTINCT FROM public.acting_user() THEN
    RAISE EXCEPTION 'membership_freeze_in_own_name: a freeze is written by who freezes or lifts' USING ERRCODE = 'HR022';
  END IF;
  IF EXISTS (SELECT FROM public.membership m WHERE m.user_id = officer AND m.organization_id = NEW.organization_id) THEN
    RAISE EXCEPTION 'membership_freeze_by_no_member: who is or was a member neither freezes nor lifts'
      USING ERRCODE = 'HR022';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER membership_freeze_guarded BEFORE INSERT OR UPDATE ON membership_freeze
  FOR EACH ROW EXECUTE FUNCTION guard_membership_freeze();

-- A number that was on file stays on file; its successor ends it.
CREATE FUNCTION guard_organization_telephone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.replaced_at IS NOT NULL OR to_jsonb(NEW) - 'replaced_at' <> to_jsonb(OLD) - 'replaced_at' THEN
    RAISE EXCEPTION 'append_only: a number on file is replaced by another, never changed' USING ERRCODE = 'HR010';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER organization_telephone_guarded BEFORE UPDATE ON organization_telephone
  FOR EACH ROW EXECUTE FUNCTION guard_organization_telephone();

-- The wall: while a freeze is open nobody becomes a member, changes or leaves, no invitation begins or ends, nobody is
-- named for a sealed site or unnamed, and the number that is called stays what it was.
CREATE FUNCTION require_membership_unfrozen(p_organization uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.organization o WHERE o.id = p_organization FOR KEY SHARE;
  IF EXISTS (SELECT FROM public.membership_freeze f WHERE f.organization_id = p_organization AND f.lifted_at IS NULL) THEN
    RAISE EXCEPTION 'membership_frozen: nobody joins, changes or leaves while membership is frozen'
      USING ERRCODE = 'HR026';
  END IF;
END $$;

CREATE FUNCTION guard_frozen_membership() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.organization_id IS NOT NULL THEN
    PERFORM public.require_membership_unfrozen(OLD.organization_id);
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.organization_id IS NOT NULL THEN
    PERFORM public.require_membership_unfrozen(NEW.organization_id);
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER membership_frozen BEFORE INSERT OR UPDATE OR DELETE ON membership
  FOR EACH ROW EXECUTE FUNCTION guard_frozen_membership();
CREATE TRIGGER invitation_frozen BEFORE INSERT OR UPDATE OR DELETE ON invitation
  FOR EACH ROW EXECUTE FUNCTION guard_frozen_membership();
CREATE TRIGGER organization_telephone_frozen BEFORE INSERT OR UPDATE OR DELETE ON organization_telephone
  FOR EACH ROW EXECUTE FUNCTION guard_frozen_membership();

CREATE FUNCTION guard_frozen_readers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  here uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.location_id ELSE NEW.location_id END;
BEGIN
  PERFORM public.require_membership_unfrozen(l.organization_id) FROM public.location l WHERE l.id = here;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER sealed_location_reader_frozen BEFORE INSERT OR UPDATE OR DELETE ON sealed_location_reader
  FOR EACH ROW EXECUTE FUNCTION guard_frozen_readers();

-- The rights of the runtime as before; neither a freeze nor a number on file is ever deleted.
CREATE OR REPLACE FUNCTION grant_runtime_role() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hearth_app') THEN
    RETURN;
  END IF;
  GRANT USAGE ON SCHEMA public TO hearth_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hearth_app;
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hearth_app;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hearth_app;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO hearth_app;

  -- the ledger: read it, open accounts, post by the function
  REVOKE INSERT, UPDATE, DELETE ON ledger_entry, ledger_balance FROM hearth_app;
  REVOKE UPDATE, DELETE ON ledger_account FROM hearth_app;
  GRANT EXECUTE ON FUNCTION post_entry TO hearth_app;

  -- the trail: read and add; number, transaction and hash are the database's to write
  REVOKE INSERT, UPDATE, DELETE ON audit_event, audit_detail, audit_seal, audit_seal_event, audit_anchor FROM hearth_app;
  GRANT INSERT (occurred_at, actor_kind, actor_user_id, actor_name, name, subject_type, subject_id, organization_id,
    program_id, facts, detail_commitment) ON audit_event TO hearth_app;
  GRANT INSERT ON audit_detail, audit_seal, audit_seal_event, audit_anchor TO hearth_app;
  -- erasure is an act with its own command; until there is one, the runtime has no use for it
  REVOKE EXECUTE ON FUNCTION erase_audit_detail FROM hearth_app;

  -- what was sent, signed, decided or paid is never deleted
  REVOKE UPDATE, DELETE ON application_version, agreement_signature FROM hearth_app;
  REVOKE DELETE ON delegation, program, budget_entry, opportunity, application, allocation_round, award, award_year,
    agreement, instalment, disbursement, disbursement_signature, disbursement_attempt, payment_evidence, disclosure_request,
    membership_freeze, organization_telephone
    FROM hearth_app;
  REVOKE UPDATE ON budget_entry FROM hearth_app;

  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    REVOKE ALL ON _prisma_migrations FROM hearth_app;
    GRANT SELECT ON _prisma_migrations TO hearth_app;
  END IF;
  IF to_regnamespace('pgboss') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA pgboss TO hearth_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO hearth_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA pgboss TO hearth_app;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO hearth_app;
  END IF;
END $$;

SELECT grant_runtime_role();

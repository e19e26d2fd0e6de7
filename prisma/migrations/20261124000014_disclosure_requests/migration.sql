-- What is kept from the auditor (who reviewed, and the numbers of an account) is asked for with a reason, granted by
-- another person for a time, and closes by itself. A sealed site is not among what can be asked for.
CREATE TABLE "disclosure_request" (
  "id" UUID NOT NULL,
  "kind" TEXT NOT NULL,
  "subject_type" TEXT NOT NULL,
  "subject_id" UUID NOT NULL,
  "reference" TEXT NOT NULL,
  "program_id" UUID NOT NULL,
  "organization_id" UUID NOT NULL,
  "asked_by_id" UUID NOT NULL,
  "asked_at" TIMESTAMPTZ(3) NOT NULL,
  "reason" TEXT NOT NULL,
  "decision" TEXT,
  "decided_by_id" UUID,
  "decided_at" TIMESTAMPTZ(3),
  "ends_at" TIMESTAMPTZ(3),
  CONSTRAINT "disclosure_request_pkey" PRIMARY KEY ("id"),
  CONSTRAINT disclosure_kind_known CHECK ((kind = 'reviewer_identity' AND subject_type = 'application')
    OR (kind = 'account_number' AND subject_type = 'payee-account')),
  CONSTRAINT disclosure_reasoned CHECK (length(btrim(reason)) > 0),
  CONSTRAINT disclosure_decision_known CHECK (decision IN ('granted', 'refused')),
  CONSTRAINT disclosure_decided_whole CHECK ((decision IS NULL) = (decided_by_id IS NULL)
    AND (decision IS NULL) = (decided_at IS NULL)),
  CONSTRAINT disclosure_two_people CHECK (decided_by_id <> asked_by_id),
  CONSTRAINT disclosure_time_boxed CHECK ((decision IS NOT DISTINCT FROM 'granted') = (ends_at IS NOT NULL)
    AND (ends_at IS NULL OR (ends_at > decided_at AND ends_at <= decided_at + interval '72 hours')))
);
CREATE INDEX "disclosure_request_subject_id_idx" ON "disclosure_request"("subject_id");
-- One question of one person about one thing waits at a time.
CREATE UNIQUE INDEX "disclosure_request_open_unique" ON "disclosure_request" ("asked_by_id", "kind", "subject_id")
  WHERE "decision" IS NULL;

-- Asked in one's own name, decided once in one's own name, and never changed: else a grant could be lengthened.
CREATE FUNCTION guard_disclosure_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.decision IS NOT NULL THEN
      RAISE EXCEPTION 'disclosure_asked_first: a request is asked before it is decided' USING ERRCODE = 'HR024';
    END IF;
    IF public.acting_user() IS NOT NULL AND NEW.asked_by_id <> public.acting_user() THEN
      RAISE EXCEPTION 'disclosure_in_own_name: a request is written by who asks' USING ERRCODE = 'HR022';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.decision IS NOT NULL
    OR to_jsonb(NEW) - ARRAY['decision', 'decided_by_id', 'decided_at', 'ends_at']
       <> to_jsonb(OLD) - ARRAY['decision', 'decided_by_id', 'decided_at', 'ends_at'] THEN
    RAISE EXCEPTION 'append_only: a request for disclosure is decided once and never changed' USING ERRCODE = 'HR010';
  END IF;
  IF public.acting_user() IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM public.acting_user() THEN
    RAISE EXCEPTION 'disclosure_in_own_name: a decision is written by who decides' USING ERRCODE = 'HR022';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disclosure_request_guarded BEFORE INSERT OR UPDATE ON disclosure_request
  FOR EACH ROW EXECUTE FUNCTION guard_disclosure_request();

-- The account of an open grant, read by the auditor who asked, while still one. The database's own clock closes it.
CREATE FUNCTION discloses_account(p_account uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.disclosure_request d
  WHERE d.kind = 'account_number' AND d.subject_id = p_account AND d.decision = 'granted'
    AND d.asked_by_id = public.acting_user() AND d.ends_at > statement_timestamp()
    AND public.acts_in_program(d.program_id, ARRAY['auditor']));
ALTER POLICY payee_account_read ON payee_account USING (
  acts_in_organization(organization_id, ARRAY['owner', 'signatory']) OR pays_organization(organization_id)
  OR discloses_account(id) OR acting_system() IS NOT NULL);

-- The rights of the runtime as before; a request is never deleted.
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
    agreement, instalment, disbursement, disbursement_signature, disbursement_attempt, payment_evidence, disclosure_request
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

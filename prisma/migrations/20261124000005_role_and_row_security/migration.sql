-- The runtime's role owns nothing, changes no structure, and has no UPDATE, DELETE or TRUNCATE on ledger and trail.

-- Roles belong to the whole server: another database of it may have made this one, or be making it now.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hearth_app') THEN
    CREATE ROLE hearth_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE WARNING 'hearth_app does not exist and this owner may not create it; create it and run "hearth migrate" again';
END $$;

-- Grants what the runtime may do. `hearth migrate` calls it each time, for a role that was made later.
CREATE FUNCTION grant_runtime_role() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
  GRANT EXECUTE ON FUNCTION erase_audit_detail TO hearth_app;

  -- what was sent, signed, decided or paid is never deleted
  REVOKE UPDATE, DELETE ON application_version, agreement_signature FROM hearth_app;
  REVOKE DELETE ON delegation, program, budget_entry, opportunity, application, allocation_round, award, award_year,
    agreement, instalment, disbursement, disbursement_signature, disbursement_attempt, payment_evidence FROM hearth_app;
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
REVOKE ALL ON FUNCTION grant_runtime_role FROM PUBLIC;

-- Row-level security, the second wall on four tables. Policies read `hearth.actor`, which `transactAs` and `readAs` set
-- for one transaction: a user's id, or `system:` and a job's name. Unset, nothing is visible.
CREATE FUNCTION acting_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN current_setting('hearth.actor', true) ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
  THEN current_setting('hearth.actor', true)::uuid END;

CREATE FUNCTION acting_system() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN current_setting('hearth.actor', true) LIKE 'system:_%'
  THEN substr(current_setting('hearth.actor', true), 8) END;

CREATE FUNCTION acts_in_organization(p_organization uuid, p_roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.membership m WHERE m.user_id = public.acting_user()
  AND m.organization_id = p_organization AND m.ended_at IS NULL AND m.role = ANY (p_roles));

CREATE FUNCTION acts_in_program(p_program uuid, p_roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.role_assignment r WHERE r.user_id = public.acting_user()
  AND r.ended_at IS NULL AND r.role = ANY (p_roles) AND (r.program_id IS NULL OR r.program_id = p_program));

-- Sealed sites: those an owner named, while they are members. Officers come by a logged unsealing, not by a policy.
CREATE FUNCTION reads_sealed_location(p_location uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.sealed_location_reader r
  JOIN public.location l ON l.id = r.location_id
  JOIN public.membership m ON m.organization_id = l.organization_id AND m.user_id = r.user_id AND m.ended_at IS NULL
  WHERE r.location_id = p_location AND r.user_id = public.acting_user());

CREATE FUNCTION writes_sealed_location(p_location uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.location l WHERE l.id = p_location AND l.class = 'sealed_site'
  AND public.acts_in_organization(l.organization_id, ARRAY['owner']));

ALTER TABLE sealed_location ENABLE ROW LEVEL SECURITY;
ALTER TABLE sealed_location FORCE ROW LEVEL SECURITY;
CREATE POLICY sealed_location_read ON sealed_location FOR SELECT USING (
  reads_sealed_location(location_id) OR acting_system() IN ('rotate-keys', 'back-up', 'restore'));
CREATE POLICY sealed_location_add ON sealed_location FOR INSERT WITH CHECK (
  writes_sealed_location(location_id) OR acting_system() = 'restore');
CREATE POLICY sealed_location_change ON sealed_location FOR UPDATE USING (
  writes_sealed_location(location_id) OR acting_system() = 'rotate-keys');
CREATE POLICY sealed_location_remove ON sealed_location FOR DELETE USING (writes_sealed_location(location_id));

-- Reviews: their author; staff of the program, the officer always and others once it is submitted; a fellow reviewer of
-- the same application once both are in.
CREATE FUNCTION reads_review(p_assignment uuid, p_submitted boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.review_assignment a
  JOIN public.application p ON p.id = a.application_id
  JOIN public.opportunity o ON o.id = p.opportunity_id
  WHERE a.id = p_assignment AND (
    a.reviewer_id = public.acting_user()
    OR public.acts_in_program(o.program_id, ARRAY['program_officer'])
    OR (p_submitted AND (
      public.acts_in_program(o.program_id, ARRAY['program_manager', 'director', 'auditor'])
      OR EXISTS (SELECT FROM public.review_assignment mine WHERE mine.application_id = a.application_id
        AND mine.reviewer_id = public.acting_user() AND mine.status = 'submitted')))));

CREATE FUNCTION writes_review(p_assignment uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.review_assignment a WHERE a.id = p_assignment
  AND a.reviewer_id = public.acting_user() AND a.status IN ('accepted', 'in_progress', 'reopened', 'submitted'));

CREATE FUNCTION reopens_review(p_assignment uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.review_assignment a
  JOIN public.application p ON p.id = a.application_id
  JOIN public.opportunity o ON o.id = p.opportunity_id
  WHERE a.id = p_assignment AND public.acts_in_program(o.program_id, ARRAY['program_officer']));

ALTER TABLE review ENABLE ROW LEVEL SECURITY;
ALTER TABLE review FORCE ROW LEVEL SECURITY;
CREATE POLICY review_read ON review FOR SELECT USING (
  reads_review(assignment_id, submitted_at IS NOT NULL) OR acting_system() IS NOT NULL);
CREATE POLICY review_add ON review FOR INSERT WITH CHECK (
  writes_review(assignment_id) OR acting_system() = 'restore');
CREATE POLICY review_change ON review FOR UPDATE USING (
  writes_review(assignment_id) OR reopens_review(assignment_id));

-- A score is as visible as its review: the inner read passes through that table's own policy.
ALTER TABLE score ENABLE ROW LEVEL SECURITY;
ALTER TABLE score FORCE ROW LEVEL SECURITY;
CREATE POLICY score_read ON score FOR SELECT USING (EXISTS (SELECT FROM review r WHERE r.id = review_id));
CREATE POLICY score_add ON score FOR INSERT WITH CHECK (acting_system() = 'restore' OR EXISTS (
  SELECT FROM review r WHERE r.id = review_id AND writes_review(r.assignment_id)));
CREATE POLICY score_change ON score FOR UPDATE USING (EXISTS (
  SELECT FROM review r WHERE r.id = review_id AND writes_review(r.assignment_id)));
CREATE POLICY score_remove ON score FOR DELETE USING (EXISTS (
  SELECT FROM review r WHERE r.id = review_id AND writes_review(r.assignment_id)));

-- Payee accounts: owners and signatories of the organization; the staff who pay it, once it has an award.
CREATE FUNCTION pays_organization(p_organization uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.award a WHERE a.organization_id = p_organization
  AND public.acts_in_program(a.program_id, ARRAY['program_officer', 'program_manager', 'finance_officer']));

ALTER TABLE payee_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE payee_account FORCE ROW LEVEL SECURITY;
CREATE POLICY payee_account_read ON payee_account FOR SELECT USING (
  acts_in_organization(organization_id, ARRAY['owner', 'signatory']) OR pays_organization(organization_id)
  OR acting_system() IS NOT NULL);
CREATE POLICY payee_account_add ON payee_account FOR INSERT WITH CHECK (
  (acts_in_organization(organization_id, ARRAY['owner', 'signatory']) AND created_by_id = acting_user())
  OR acting_system() IN ('seed', 'restore'));
CREATE POLICY payee_account_change ON payee_account FOR UPDATE USING (
  acts_in_organization(organization_id, ARRAY['owner', 'signatory']) OR pays_organization(organization_id)
  OR acting_system() IN ('rotate-keys', 'seed'));

SELECT grant_runtime_role();

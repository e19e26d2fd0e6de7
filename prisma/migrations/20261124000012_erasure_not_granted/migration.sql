-- Nothing in the product erases personal text yet, so whoever had the runtime's connection could, and no command would
-- have recorded it. The owner keeps the function; the erasure command will be granted it when it exists.
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

SELECT grant_runtime_role();

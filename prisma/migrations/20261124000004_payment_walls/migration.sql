-- Two people, two sections, by delegation (safeguards A1 and A2): the database refuses what the commands refuse.
-- The functions read as their owner, because the writer may not see every row they judge by.

-- Why this delegation does not carry this act, or null when it does.
CREATE FUNCTION delegation_gap(p_delegation uuid, p_user uuid, p_authority text, p_program uuid, p_amount bigint,
  p_at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  d public.delegation;
BEGIN
  SELECT * INTO d FROM public.delegation WHERE id = p_delegation;
  IF d.id IS NULL THEN RETURN 'there is no such delegation'; END IF;
  IF d.user_id <> p_user THEN RETURN 'it belongs to another person'; END IF;
  IF d.authority <> p_authority THEN RETURN 'it gives another authority'; END IF;
  IF d.program_id <> p_program THEN RETURN 'it is for another program'; END IF;
  IF d.limit_minor < p_amount THEN RETURN 'its limit is lower'; END IF;
  IF p_at IS NULL OR p_at < d.valid_from OR p_at >= d.valid_to THEN RETURN 'it was not in force'; END IF;
  IF d.revoked_at <= p_at THEN RETURN 'it was revoked'; END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION require_delegation(p_delegation uuid, p_user uuid, p_authority text, p_program uuid, p_amount bigint,
  p_at timestamptz) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  gap text := public.delegation_gap(p_delegation, p_user, p_authority, p_program, p_amount, p_at);
BEGIN
  IF gap IS NOT NULL THEN
    RAISE EXCEPTION 'delegation_covers: the delegation does not carry this act: %', gap USING ERRCODE = 'HR023';
  END IF;
END $$;

-- A person who can benefit takes no part in a decision or a payment.
CREATE FUNCTION require_no_benefit(p_user uuid, p_organization uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.membership m
    WHERE m.user_id = p_user AND m.organization_id = p_organization AND m.ended_at IS NULL) THEN
    RAISE EXCEPTION 'signer_may_not_benefit: a member of the recipient organization takes no part in its payment'
      USING ERRCODE = 'HR022';
  END IF;
END $$;

-- A delegation is a dated record: after it is made, only its revocation is written, once.
CREATE FUNCTION guard_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
    OR to_jsonb(NEW) - 'revoked_at' <> to_jsonb(OLD) - 'revoked_at' THEN
    RAISE EXCEPTION 'delegation_only_revoked: a delegation is revoked, never rewritten' USING ERRCODE = 'HR010';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER delegation_guarded BEFORE UPDATE ON delegation FOR EACH ROW EXECUTE FUNCTION guard_delegation();

-- Allocation: the decision and the s.32 certification rely on delegations.
CREATE FUNCTION guard_allocation_round() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_program uuid;
BEGIN
  SELECT program_id INTO v_program FROM public.opportunity WHERE id = NEW.opportunity_id;
  IF NEW.commitment_delegation_id IS NOT NULL
    AND (TG_OP = 'INSERT' OR NEW.commitment_delegation_id IS DISTINCT FROM OLD.commitment_delegation_id) THEN
    PERFORM public.require_delegation(NEW.commitment_delegation_id, NEW.commitment_certified_by_id, 's32_commitment',
      v_program, NULL, NEW.commitment_certified_at);
  END IF;
  IF NEW.decision_delegation_id IS NOT NULL
    AND (TG_OP = 'INSERT' OR NEW.decision_delegation_id IS DISTINCT FROM OLD.decision_delegation_id) THEN
    PERFORM public.require_delegation(NEW.decision_delegation_id, NEW.decided_by_id, 'transaction', v_program, NULL,
      NEW.decided_at);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER allocation_round_guarded BEFORE INSERT OR UPDATE ON allocation_round
  FOR EACH ROW EXECUTE FUNCTION guard_allocation_round();

-- Award: decided by a transaction delegation of the decider, who cannot benefit.
CREATE FUNCTION guard_award() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.application_id, NEW.program_id, NEW.organization_id, NEW.currency)
    IS DISTINCT FROM (OLD.application_id, OLD.program_id, OLD.organization_id, OLD.currency) THEN
    RAISE EXCEPTION 'award_parties_fixed: an award keeps its application, program and organization'
      USING ERRCODE = 'HR026';
  END IF;
  IF TG_OP = 'INSERT' AND NOT EXISTS (
    SELECT FROM public.application a JOIN public.opportunity o ON o.id = a.opportunity_id
     WHERE a.id = NEW.application_id AND a.organization_id = NEW.organization_id AND o.program_id = NEW.program_id) THEN
    RAISE EXCEPTION 'award_parties_fixed: the award is of its application''s organization and program'
      USING ERRCODE = 'HR026';
  END IF;
  IF TG_OP = 'INSERT' OR (NEW.awarded_amount_minor, NEW.decided_by_id, NEW.decision_delegation_id, NEW.decided_at)
    IS DISTINCT FROM (OLD.awarded_amount_minor, OLD.decided_by_id, OLD.decision_delegation_id, OLD.decided_at) THEN
    PERFORM public.require_delegation(NEW.decision_delegation_id, NEW.decided_by_id, 'transaction', NEW.program_id,
      NEW.awarded_amount_minor, NEW.decided_at);
    PERFORM public.require_no_benefit(NEW.decided_by_id, NEW.organization_id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER award_guarded BEFORE INSERT OR UPDATE ON award FOR EACH ROW EXECUTE FUNCTION guard_award();

-- A year's commitment stands on a certification under s.32.
CREATE FUNCTION guard_award_year() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  a public.award;
BEGIN
  IF NEW.standing = 'committed' AND (TG_OP = 'INSERT'
    OR (NEW.standing, NEW.amount_minor, NEW.certified_by_id, NEW.certification_delegation_id, NEW.certified_at)
      IS DISTINCT FROM
      (OLD.standing, OLD.amount_minor, OLD.certified_by_id, OLD.certification_delegation_id, OLD.certified_at)) THEN
    SELECT * INTO a FROM public.award WHERE id = NEW.award_id;
    PERFORM public.require_delegation(NEW.certification_delegation_id, NEW.certified_by_id, 's32_commitment',
      a.program_id, NEW.amount_minor, NEW.certified_at);
    PERFORM public.require_no_benefit(NEW.certified_by_id, a.organization_id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER award_year_guarded BEFORE INSERT OR UPDATE ON award_year
  FOR EACH ROW EXECUTE FUNCTION guard_award_year();

-- Sums are judged when the transaction ends, under the award's lock, because they are built row by row.
CREATE FUNCTION check_award_sums() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_award uuid;
  v_amount bigint;
  v_years numeric;
  v_bad record;
BEGIN
  IF TG_TABLE_NAME = 'award' THEN v_award := NEW.id;
  ELSIF TG_OP = 'DELETE' THEN v_award := OLD.award_id;
  ELSE v_award := NEW.award_id;
  END IF;
  SELECT awarded_amount_minor INTO v_amount FROM public.award WHERE id = v_award FOR UPDATE;
  SELECT coalesce(sum(amount_minor), 0) INTO v_years FROM public.award_year WHERE award_id = v_award;
  IF v_years <> v_amount THEN
    RAISE EXCEPTION 'award_years_sum: the years of the award come to %, the award to %', v_years, v_amount
      USING ERRCODE = 'HR027';
  END IF;
  SELECT i.fiscal_year, sum(i.amount_minor) AS planned, coalesce(max(y.amount_minor), 0) AS allowed INTO v_bad
    FROM public.instalment i
    LEFT JOIN public.award_year y ON y.award_id = i.award_id AND y.fiscal_year = i.fiscal_year
   WHERE i.award_id = v_award AND i.status NOT IN ('cancelled', 'lapsed')
   GROUP BY i.fiscal_year HAVING sum(i.amount_minor) > coalesce(max(y.amount_minor), 0) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'instalments_within_award: the instalments of % come to %, the award''s year to %',
      v_bad.fiscal_year, v_bad.planned, v_bad.allowed USING ERRCODE = 'HR027';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER award_sums AFTER INSERT OR UPDATE OF awarded_amount_minor ON award
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_award_sums();
CREATE CONSTRAINT TRIGGER award_year_sums AFTER INSERT OR UPDATE OR DELETE ON award_year
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_award_sums();
CREATE CONSTRAINT TRIGGER instalment_sums AFTER INSERT OR UPDATE OF amount_minor, fiscal_year, award_id, status
  ON instalment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_award_sums();

-- Agreement: the text is frozen by its first signature, and in force only when both parties signed that text.
CREATE FUNCTION guard_agreement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (NEW.award_id, NEW.content_hash, NEW.content::text) IS DISTINCT FROM
     (OLD.award_id, OLD.content_hash, OLD.content::text)
    AND EXISTS (SELECT FROM public.agreement_signature s WHERE s.agreement_id = OLD.id) THEN
    RAISE EXCEPTION 'agreement_text_signed: a signed text is not changed' USING ERRCODE = 'HR026';
  END IF;
  IF NEW.status IN ('signed', 'in_force') AND NEW.status <> OLD.status
    AND (SELECT count(*) FROM public.agreement_signature s
          WHERE s.agreement_id = NEW.id AND s.content_hash = NEW.content_hash) < 2 THEN
    RAISE EXCEPTION 'agreement_signed_by_both: both parties sign before an agreement is in force'
      USING ERRCODE = 'HR021';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agreement_guarded BEFORE UPDATE ON agreement FOR EACH ROW EXECUTE FUNCTION guard_agreement();

CREATE FUNCTION guard_agreement_signature() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  g public.agreement;
  a public.award;
BEGIN
  SELECT * INTO g FROM public.agreement WHERE id = NEW.agreement_id FOR UPDATE;
  SELECT * INTO a FROM public.award WHERE id = g.award_id;
  IF NEW.content_hash IS DISTINCT FROM g.content_hash THEN
    RAISE EXCEPTION 'signature_binds: the signature is for another text' USING ERRCODE = 'HR020';
  END IF;
  IF NEW.party = 'recipient' THEN
    IF NOT EXISTS (SELECT FROM public.membership m WHERE m.user_id = NEW.user_id
      AND m.organization_id = a.organization_id AND m.ended_at IS NULL AND m.role IN ('owner', 'signatory')) THEN
      RAISE EXCEPTION 'signer_for_recipient: an owner or signatory of the recipient signs for it'
        USING ERRCODE = 'HR022';
    END IF;
  ELSE
    PERFORM public.require_delegation(NEW.delegation_id, NEW.user_id, 'transaction', a.program_id,
      a.awarded_amount_minor, NEW.signed_at);
    PERFORM public.require_no_benefit(NEW.user_id, a.organization_id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agreement_signature_guarded BEFORE INSERT ON agreement_signature
  FOR EACH ROW EXECUTE FUNCTION guard_agreement_signature();

-- Whose a payee account is, and how it stands. Row security holds for the owner as well, so the wall names itself as the
-- actor for as long as it looks.
CREATE FUNCTION payee_account_standing(p_payee uuid, OUT organization_id uuid, OUT status text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_actor text := coalesce(current_setting('hearth.actor', true), '');
BEGIN
  PERFORM set_config('hearth.actor', 'system:payment-wall', true);
  SELECT p.organization_id, p.status INTO organization_id, status FROM public.payee_account p WHERE p.id = p_payee;
  PERFORM set_config('hearth.actor', v_actor, true);
END $$;
REVOKE ALL ON FUNCTION payee_account_standing FROM PUBLIC;

-- Disbursement
CREATE FUNCTION guard_disbursement_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  i public.instalment;
  y public.award_year;
  v_live numeric;
BEGIN
  SELECT * INTO i FROM public.instalment WHERE id = NEW.instalment_id;
  IF TG_OP = 'INSERT' AND NEW.status <> 'drafted' THEN
    RAISE EXCEPTION 'disbursement_transition: a disbursement begins as drafted' USING ERRCODE = 'HR024';
  END IF;
  IF i.award_id IS DISTINCT FROM NEW.award_id OR i.fiscal_year IS DISTINCT FROM NEW.fiscal_year
    OR NEW.amount_minor > i.amount_minor OR i.currency <> NEW.currency THEN
    RAISE EXCEPTION 'disbursement_of_its_instalment: award, fiscal year and amount are those of the instalment'
      USING ERRCODE = 'HR027';
  END IF;
  IF NOT EXISTS (SELECT FROM public.award a WHERE a.id = NEW.award_id
    AND a.organization_id = (public.payee_account_standing(NEW.payee_account_id)).organization_id) THEN
    RAISE EXCEPTION 'disbursement_to_recipient: the payee account is not the recipient''s' USING ERRCODE = 'HR027';
  END IF;
  SELECT * INTO y FROM public.award_year WHERE award_id = NEW.award_id AND fiscal_year = NEW.fiscal_year FOR UPDATE;
  SELECT coalesce(sum(d.amount_minor), 0) INTO v_live FROM public.disbursement d
   WHERE d.award_id = NEW.award_id AND d.fiscal_year = NEW.fiscal_year AND d.id <> NEW.id
     AND d.status NOT IN ('cancelled', 'failed', 'returned', 'reversed');
  IF y.id IS NULL OR v_live + NEW.amount_minor > y.amount_minor THEN
    RAISE EXCEPTION 'disbursements_within_award_year: % more than the award''s year allows',
      v_live + NEW.amount_minor - coalesce(y.amount_minor, 0) USING ERRCODE = 'HR027';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_begun BEFORE INSERT ON disbursement
  FOR EACH ROW EXECUTE FUNCTION guard_disbursement_insert();
CREATE TRIGGER disbursement_content_checked
  BEFORE UPDATE OF instalment_id, award_id, payee_account_id, amount_minor, fiscal_year, currency ON disbursement
  FOR EACH ROW WHEN ((NEW.instalment_id, NEW.award_id, NEW.payee_account_id, NEW.amount_minor, NEW.fiscal_year,
    NEW.currency) IS DISTINCT FROM (OLD.instalment_id, OLD.award_id, OLD.payee_account_id, OLD.amount_minor,
    OLD.fiscal_year, OLD.currency))
  EXECUTE FUNCTION guard_disbursement_insert();

CREATE FUNCTION guard_disbursement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_s34 boolean;
  v_s33 boolean;
BEGIN
  SELECT coalesce(bool_or(section = 's34' AND binding_hash = NEW.binding_hash), false),
         coalesce(bool_or(section = 's33' AND binding_hash = NEW.binding_hash), false)
    INTO v_s34, v_s33
    FROM public.disbursement_signature WHERE disbursement_id = NEW.id AND voided_at IS NULL;

  IF (NEW.instalment_id, NEW.award_id, NEW.payee_account_id, NEW.amount_minor, NEW.currency, NEW.fiscal_year,
      NEW.binding_hash, NEW.rail, NEW.number) IS DISTINCT FROM
     (OLD.instalment_id, OLD.award_id, OLD.payee_account_id, OLD.amount_minor, OLD.currency, OLD.fiscal_year,
      OLD.binding_hash, OLD.rail, OLD.number)
    AND (OLD.status <> 'drafted' OR EXISTS (SELECT FROM public.disbursement_signature s
      WHERE s.disbursement_id = OLD.id AND s.voided_at IS NULL)) THEN
    RAISE EXCEPTION 'signed_content_fixed: what was signed is changed only after its signatures are voided'
      USING ERRCODE = 'HR026';
  END IF;

  IF NEW.status = OLD.status THEN
    RETURN NEW;
  END IF;
  IF (OLD.status || ' ' || NEW.status) <> ALL (ARRAY[
    'drafted certified', 'drafted cancelled',
    'certified requisitioned', 'certified drafted', 'certified cancelled',
    'requisitioned dispatched', 'requisitioned drafted', 'requisitioned cancelled',
    'dispatched sending', 'dispatched paid', 'dispatched cancelled',
    'sending sent', 'sending failed',
    'sent paid', 'sent failed', 'sent returned',
    'failed dispatched', 'failed cancelled',
    'paid reversed'
  ]) THEN
    RAISE EXCEPTION 'disbursement_transition: % does not become %', OLD.status, NEW.status USING ERRCODE = 'HR024';
  END IF;
  IF NEW.status = 'drafted' AND EXISTS (SELECT FROM public.disbursement_signature s
    WHERE s.disbursement_id = NEW.id AND s.voided_at IS NULL) THEN
    RAISE EXCEPTION 'signed_content_fixed: signatures are voided before the draft is taken back'
      USING ERRCODE = 'HR026';
  END IF;
  IF NEW.status IN ('certified', 'requisitioned', 'dispatched', 'sending', 'sent', 'paid') AND NOT v_s34 THEN
    RAISE EXCEPTION 'disbursement_needs_s34: no standing certification under s.34' USING ERRCODE = 'HR021';
  END IF;
  IF NEW.status IN ('requisitioned', 'dispatched', 'sending', 'sent', 'paid') AND NOT v_s33 THEN
    RAISE EXCEPTION 'disbursement_needs_s33: no standing requisition under s.33' USING ERRCODE = 'HR021';
  END IF;
  IF NEW.status IN ('certified', 'requisitioned', 'dispatched') THEN
    IF (public.payee_account_standing(NEW.payee_account_id)).status IS DISTINCT FROM 'verified' THEN
      RAISE EXCEPTION 'payee_account_verified: the payee account is not verified' USING ERRCODE = 'HR027';
    END IF;
    IF NOT EXISTS (SELECT FROM public.award_year y WHERE y.award_id = NEW.award_id
      AND y.fiscal_year = NEW.fiscal_year AND y.standing = 'committed') THEN
      RAISE EXCEPTION 'award_year_committed: the award''s year is not committed against a vote' USING ERRCODE = 'HR027';
    END IF;
  END IF;
  IF OLD.status = 'dispatched' AND NEW.status = 'paid' THEN
    IF NEW.rail <> 'manual' THEN
      RAISE EXCEPTION 'disbursement_transition: only a manual payment goes from dispatched to paid'
        USING ERRCODE = 'HR024';
    END IF;
    IF NOT EXISTS (SELECT FROM public.payment_evidence e WHERE e.disbursement_id = NEW.id AND e.refused_at IS NULL
      AND e.confirmed_at IS NOT NULL AND e.confirmed_by_id <> e.recorded_by_id) THEN
      RAISE EXCEPTION 'payment_evidence_confirmed: a second person confirms the evidence of a manual payment'
        USING ERRCODE = 'HR025';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_guarded BEFORE UPDATE ON disbursement
  FOR EACH ROW EXECUTE FUNCTION guard_disbursement();

-- Paid here means paid in the ledger, to the cent, when the transaction ends; and reversed here means reversed there.
CREATE FUNCTION check_disbursement_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  d public.disbursement;
  v_posted numeric;
  v_expected bigint;
BEGIN
  SELECT * INTO d FROM public.disbursement WHERE id = NEW.id;
  SELECT coalesce(sum(e.amount_minor), 0) INTO v_posted
    FROM public.ledger_account c
    JOIN public.ledger_entry e ON e.credit_account_id = c.id
   WHERE c.award_id = d.award_id AND c.fiscal_year = d.fiscal_year AND c.currency = d.currency
     AND c.kind IN ('paid', 'advanced') AND e.verb IN ('disburse', 'advance')
     AND e.subject_type = 'disbursement' AND e.subject_id = d.id::text
     AND NOT EXISTS (SELECT FROM public.ledger_entry r WHERE r.reverses_id = e.id);
  v_expected := CASE WHEN d.status = 'paid' THEN d.amount_minor ELSE 0 END;
  IF v_posted <> v_expected THEN
    RAISE EXCEPTION 'disbursement_in_ledger: the ledger shows % paid, the disbursement %', v_posted, v_expected
      USING ERRCODE = 'HR028';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER disbursement_in_ledger AFTER UPDATE OF status ON disbursement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status AND (NEW.status = 'paid' OR OLD.status = 'paid'))
  EXECUTE FUNCTION check_disbursement_ledger();

-- Signatures
CREATE FUNCTION guard_disbursement_signature() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  d public.disbursement;
  a public.award;
BEGIN
  -- The lock makes two signatures at once wait for each other, so that one person cannot give both.
  SELECT * INTO d FROM public.disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
  SELECT * INTO a FROM public.award WHERE id = d.award_id;
  IF NEW.voided_at IS NOT NULL THEN
    RAISE EXCEPTION 'signature_binds: a signature is not born void' USING ERRCODE = 'HR020';
  END IF;
  IF NEW.binding_hash IS DISTINCT FROM d.binding_hash THEN
    RAISE EXCEPTION 'signature_binds: the signature is for another payee, account, amount or instalment'
      USING ERRCODE = 'HR020';
  END IF;
  IF (NEW.section || ' ' || d.status) <> ALL (ARRAY['s34 drafted', 's33 certified']) THEN
    RAISE EXCEPTION 'signature_in_order: % is not signed while the disbursement is %', NEW.section, d.status
      USING ERRCODE = 'HR024';
  END IF;
  IF EXISTS (SELECT FROM public.disbursement_signature s WHERE s.disbursement_id = d.id AND s.voided_at IS NULL
    AND s.section <> NEW.section AND s.user_id = NEW.user_id) THEN
    RAISE EXCEPTION 'two_people_two_sections: one person does not sign both sections' USING ERRCODE = 'HR021';
  END IF;
  PERFORM public.require_no_benefit(NEW.user_id, a.organization_id);
  PERFORM public.require_delegation(NEW.delegation_id, NEW.user_id,
    CASE NEW.section WHEN 's34' THEN 's34_certification' ELSE 's33_requisition' END,
    a.program_id, d.amount_minor, NEW.signed_at);
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_signature_guarded BEFORE INSERT ON disbursement_signature
  FOR EACH ROW EXECUTE FUNCTION guard_disbursement_signature();

-- A signature is voided once, with a reason, and nothing else of it ever changes.
CREATE FUNCTION guard_signature_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.voided_at IS NULL AND NEW.voided_at IS NOT NULL AND btrim(NEW.void_reason) <> ''
    AND to_jsonb(NEW) - 'voided_at' - 'void_reason' = to_jsonb(OLD) - 'voided_at' - 'void_reason' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'append_only: a signature is voided, never changed' USING ERRCODE = 'HR010';
END $$;
CREATE TRIGGER disbursement_signature_voided BEFORE UPDATE ON disbursement_signature
  FOR EACH ROW EXECUTE FUNCTION guard_signature_change();
CREATE TRIGGER disbursement_signature_stays BEFORE DELETE OR TRUNCATE ON disbursement_signature
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE disbursement_signature ENABLE ALWAYS TRIGGER disbursement_signature_voided;
ALTER TABLE disbursement_signature ENABLE ALWAYS TRIGGER disbursement_signature_stays;

-- Evidence: recorded by one, confirmed or refused once by another, neither of whom can benefit.
CREATE FUNCTION guard_payment_evidence() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_organization uuid;
  v_status text;
BEGIN
  SELECT a.organization_id, d.status INTO v_organization, v_status
    FROM public.disbursement d JOIN public.award a ON a.id = d.award_id WHERE d.id = NEW.disbursement_id FOR UPDATE OF d;
  IF TG_OP = 'INSERT' AND (NEW.confirmed_at IS NOT NULL OR NEW.refused_at IS NOT NULL) THEN
    RAISE EXCEPTION 'payment_evidence_two_steps: evidence is recorded first and judged by another person after'
      USING ERRCODE = 'HR025';
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.confirmed_at IS NOT NULL OR OLD.refused_at IS NOT NULL
    OR to_jsonb(NEW) - ARRAY['confirmed_at', 'confirmed_by_id', 'refused_at']
       <> to_jsonb(OLD) - ARRAY['confirmed_at', 'confirmed_by_id', 'refused_at']) THEN
    RAISE EXCEPTION 'append_only: evidence is confirmed or refused once and never changed' USING ERRCODE = 'HR010';
  END IF;
  IF v_status <> 'dispatched' THEN
    RAISE EXCEPTION 'payment_evidence_when_dispatched: evidence belongs to a dispatched payment, this one is %', v_status
      USING ERRCODE = 'HR024';
  END IF;
  PERFORM public.require_no_benefit(NEW.recorded_by_id, v_organization);
  PERFORM public.require_no_benefit(NEW.confirmed_by_id, v_organization);
  RETURN NEW;
END $$;
CREATE TRIGGER payment_evidence_guarded BEFORE INSERT OR UPDATE ON payment_evidence
  FOR EACH ROW EXECUTE FUNCTION guard_payment_evidence();

-- Readers of a sealed site are named by an owner among the organization's own members (safeguard B2).
CREATE FUNCTION guard_sealed_location_reader() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.location l
      JOIN public.membership o ON o.organization_id = l.organization_id AND o.user_id = NEW.named_by_id
       AND o.ended_at IS NULL AND o.role = 'owner'
      JOIN public.membership m ON m.organization_id = l.organization_id AND m.user_id = NEW.user_id
       AND m.ended_at IS NULL
     WHERE l.id = NEW.location_id AND l.class = 'sealed_site') THEN
    RAISE EXCEPTION 'sealed_reader_named_by_owner: an owner names the readers of a sealed site among the members'
      USING ERRCODE = 'HR030';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sealed_location_reader_guarded BEFORE INSERT OR UPDATE ON sealed_location_reader
  FOR EACH ROW EXECUTE FUNCTION guard_sealed_location_reader();

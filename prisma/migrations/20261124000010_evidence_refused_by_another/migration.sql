-- Evidence is refused by another person than recorded it, and the row says by whom.
ALTER TABLE payment_evidence ADD COLUMN refused_by_id UUID;

-- Refusals before this column: the trail has told by whom. The guard lets no judged row change, so it stands aside here.
ALTER TABLE payment_evidence DISABLE TRIGGER payment_evidence_guarded;
UPDATE payment_evidence e SET refused_by_id = (
  SELECT v.actor_user_id FROM audit_event v
   WHERE v.name = 'payment.evidenceRefused' AND v.facts->>'evidenceId' = e.id::text ORDER BY v.id DESC LIMIT 1)
 WHERE e.refused_at IS NOT NULL;
ALTER TABLE payment_evidence ENABLE TRIGGER payment_evidence_guarded;

ALTER TABLE payment_evidence
  ADD CONSTRAINT payment_evidence_refused_whole CHECK ((refused_at IS NULL) = (refused_by_id IS NULL)),
  ADD CONSTRAINT payment_evidence_refused_by_another CHECK (refused_by_id <> recorded_by_id);

CREATE OR REPLACE FUNCTION guard_payment_evidence() RETURNS trigger
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
    OR to_jsonb(NEW) - ARRAY['confirmed_at', 'confirmed_by_id', 'refused_at', 'refused_by_id']
       <> to_jsonb(OLD) - ARRAY['confirmed_at', 'confirmed_by_id', 'refused_at', 'refused_by_id']) THEN
    RAISE EXCEPTION 'append_only: evidence is confirmed or refused once and never changed' USING ERRCODE = 'HR010';
  END IF;
  IF v_status <> 'dispatched' THEN
    RAISE EXCEPTION 'payment_evidence_when_dispatched: evidence belongs to a dispatched payment, this one is %', v_status
      USING ERRCODE = 'HR024';
  END IF;
  PERFORM public.require_no_benefit(NEW.recorded_by_id, v_organization);
  PERFORM public.require_no_benefit(NEW.confirmed_by_id, v_organization);
  PERFORM public.require_no_benefit(NEW.refused_by_id, v_organization);
  RETURN NEW;
END $$;

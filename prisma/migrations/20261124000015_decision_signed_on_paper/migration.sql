-- A decision signed on paper outside (safeguard A2): one person records who signed it, with its scanned document, a second
-- confirms it, and only that confirmation decides the round. The authority is the signer's, whom the database does not
-- know: it stands in the paper instead of a delegation, which is why a decision relies on exactly one of the two.
CREATE TABLE paper_decision (
  id UUID NOT NULL,
  round_id UUID NOT NULL,
  signed_by_name TEXT NOT NULL,
  position_en TEXT NOT NULL,
  position_fr TEXT NOT NULL,
  instrument TEXT NOT NULL,
  signed_on DATE NOT NULL,
  file_id UUID NOT NULL,
  recorded_by_id UUID NOT NULL,
  recorded_at TIMESTAMPTZ(3) NOT NULL,
  confirmed_by_id UUID,
  confirmed_at TIMESTAMPTZ(3),
  refused_by_id UUID,
  refused_at TIMESTAMPTZ(3),
  refused_reason TEXT,
  CONSTRAINT paper_decision_pkey PRIMARY KEY (id),
  CONSTRAINT paper_decision_round_id_fkey FOREIGN KEY (round_id) REFERENCES allocation_round (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT paper_decision_file_id_fkey FOREIGN KEY (file_id) REFERENCES stored_file (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT paper_decision_signer_named CHECK (btrim(signed_by_name) <> '' AND btrim(position_en) <> ''
    AND btrim(position_fr) <> '' AND btrim(instrument) <> ''),
  CONSTRAINT paper_decision_two_people CHECK (confirmed_by_id <> recorded_by_id),
  CONSTRAINT paper_decision_refused_by_another CHECK (refused_by_id <> recorded_by_id),
  CONSTRAINT paper_decision_confirmed_whole CHECK ((confirmed_at IS NULL) = (confirmed_by_id IS NULL)),
  CONSTRAINT paper_decision_refused_whole CHECK (num_nonnulls(refused_at, refused_by_id, refused_reason) IN (0, 3)),
  CONSTRAINT paper_decision_refused_with_reason CHECK (btrim(refused_reason) <> ''),
  CONSTRAINT paper_decision_confirmed_or_refused CHECK (confirmed_at IS NULL OR refused_at IS NULL)
);
CREATE UNIQUE INDEX paper_decision_file_once ON paper_decision (file_id);
CREATE INDEX paper_decision_round_id_idx ON paper_decision (round_id);
-- A refused record makes room for another; of the others a round has one.
CREATE UNIQUE INDEX paper_decision_standing_once ON paper_decision (round_id) WHERE refused_at IS NULL;

CREATE FUNCTION guard_paper_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_status text;
  v_certified_at timestamptz;
  v_organization uuid;
BEGIN
  SELECT status, commitment_certified_at INTO v_status, v_certified_at
    FROM public.allocation_round WHERE id = NEW.round_id FOR UPDATE;
  IF TG_OP = 'INSERT' AND (NEW.confirmed_at IS NOT NULL OR NEW.refused_at IS NOT NULL) THEN
    RAISE EXCEPTION 'paper_decision_two_steps: it is recorded first and judged by another person after'
      USING ERRCODE = 'HR025';
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.confirmed_at IS NOT NULL OR OLD.refused_at IS NOT NULL
    OR to_jsonb(NEW) - ARRAY['confirmed_at', 'confirmed_by_id', 'refused_at', 'refused_by_id', 'refused_reason']
       <> to_jsonb(OLD) - ARRAY['confirmed_at', 'confirmed_by_id', 'refused_at', 'refused_by_id', 'refused_reason']) THEN
    RAISE EXCEPTION 'append_only: a decision on paper is confirmed or refused once and never changed'
      USING ERRCODE = 'HR010';
  END IF;
  -- Told here and not by the column, whose own refusal has no name.
  IF NOT EXISTS (SELECT FROM public.stored_file f WHERE f.id = NEW.file_id AND f.removed_at IS NULL
    AND f.organization_id IS NULL AND f.uploaded_by_id = NEW.recorded_by_id) THEN
    RAISE EXCEPTION 'paper_decision_document: it is recorded with the scanned document that its recorder brought'
      USING ERRCODE = 'HR025';
  END IF;
  IF v_status <> 'recommended' OR v_certified_at IS NULL THEN
    RAISE EXCEPTION 'paper_decision_when_certified: it decides a recommended round whose funds are certified, this one is %',
      v_status USING ERRCODE = 'HR024';
  END IF;
  FOR v_organization IN SELECT a.organization_id FROM public.allocation_line l
    JOIN public.application a ON a.id = l.application_id
    WHERE l.round_id = NEW.round_id AND l.recommendation = 'award' AND a.status <> 'withdrawn' LOOP
    PERFORM public.require_no_benefit(NEW.recorded_by_id, v_organization);
    PERFORM public.require_no_benefit(NEW.confirmed_by_id, v_organization);
    PERFORM public.require_no_benefit(NEW.refused_by_id, v_organization);
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER paper_decision_guarded BEFORE INSERT OR UPDATE ON paper_decision
  FOR EACH ROW EXECUTE FUNCTION guard_paper_decision();
CREATE TRIGGER paper_decision_stays BEFORE DELETE OR TRUNCATE ON paper_decision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE paper_decision ENABLE ALWAYS TRIGGER paper_decision_stays;

-- What a decision relies on: a delegation of who decides, or a paper that the same person confirmed. The round's guard
-- looks the paper up; a foreign key would close a circle of tables, which no backup could be read back into.
ALTER TABLE allocation_round
  ADD COLUMN paper_decision_id UUID,
  DROP CONSTRAINT allocation_round_decided_when_so,
  ADD CONSTRAINT allocation_round_decided_when_so CHECK (status IN ('open', 'recommended')
    OR (num_nulls(decided_at, decided_by_id) = 0 AND num_nonnulls(decision_delegation_id, paper_decision_id) = 1));
CREATE UNIQUE INDEX allocation_round_paper_once ON allocation_round (paper_decision_id);

ALTER TABLE award
  ALTER COLUMN decision_delegation_id DROP NOT NULL,
  ADD COLUMN paper_decision_id UUID,
  ADD CONSTRAINT award_paper_decision_id_fkey FOREIGN KEY (paper_decision_id) REFERENCES paper_decision (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT award_one_authority CHECK (num_nonnulls(decision_delegation_id, paper_decision_id) = 1);
CREATE INDEX award_paper_decision_id_idx ON award (paper_decision_id);

-- Why this paper does not carry this decision, or null when it does.
CREATE FUNCTION paper_gap(p_paper uuid, p_round uuid, p_user uuid, p_at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  p public.paper_decision;
BEGIN
  SELECT * INTO p FROM public.paper_decision WHERE id = p_paper;
  IF p.id IS NULL THEN RETURN 'there is no such paper'; END IF;
  IF p.round_id IS DISTINCT FROM p_round THEN RETURN 'it is of another round'; END IF;
  IF p.confirmed_at IS NULL THEN RETURN 'nobody confirmed it'; END IF;
  IF p.confirmed_by_id IS DISTINCT FROM p_user THEN RETURN 'another person confirmed it'; END IF;
  IF p_at IS NULL OR p_at < p.confirmed_at THEN RETURN 'it was confirmed after'; END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION guard_allocation_round() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_program uuid;
  v_gap text;
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
  IF NEW.paper_decision_id IS NOT NULL
    AND (TG_OP = 'INSERT' OR (NEW.paper_decision_id, NEW.decided_by_id, NEW.decided_at)
      IS DISTINCT FROM (OLD.paper_decision_id, OLD.decided_by_id, OLD.decided_at)) THEN
    v_gap := public.paper_gap(NEW.paper_decision_id, NEW.id, NEW.decided_by_id, NEW.decided_at);
    IF v_gap IS NOT NULL THEN
      RAISE EXCEPTION 'paper_decision_covers: the paper does not carry this decision: %', v_gap USING ERRCODE = 'HR023';
    END IF;
  END IF;
  -- While a paper waits nobody decides past it: two decisions of one round would stand on record.
  IF NEW.status IN ('approved', 'announced') AND EXISTS (SELECT FROM public.paper_decision p
    WHERE p.round_id = NEW.id AND p.refused_at IS NULL AND p.id IS DISTINCT FROM NEW.paper_decision_id) THEN
    RAISE EXCEPTION 'paper_decision_judged_first: the decision on paper is confirmed or refused first'
      USING ERRCODE = 'HR025';
  END IF;
  RETURN NEW;
END $$;

-- Award: decided by a transaction delegation of the decider or by the paper of its round, and the decider cannot benefit.
CREATE OR REPLACE FUNCTION guard_award() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_round uuid;
  v_signed bigint;
  v_gap text;
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
  IF TG_OP = 'INSERT'
    OR (NEW.awarded_amount_minor, NEW.decided_by_id, NEW.decision_delegation_id, NEW.paper_decision_id, NEW.decided_at)
    IS DISTINCT FROM
    (OLD.awarded_amount_minor, OLD.decided_by_id, OLD.decision_delegation_id, OLD.paper_decision_id, OLD.decided_at) THEN
    IF NEW.paper_decision_id IS NULL THEN
      PERFORM public.require_delegation(NEW.decision_delegation_id, NEW.decided_by_id, 'transaction', NEW.program_id,
        NEW.awarded_amount_minor, NEW.decided_at);
    ELSE
      SELECT l.round_id, l.recommended_amount_minor INTO v_round, v_signed
        FROM public.paper_decision p JOIN public.allocation_line l ON l.round_id = p.round_id
       WHERE p.id = NEW.paper_decision_id AND l.application_id = NEW.application_id AND l.recommendation = 'award';
      -- The paper approves what its round recommended, and no more.
      v_gap := CASE WHEN v_round IS NULL THEN 'its round awards nothing to this application'
        WHEN v_signed < NEW.awarded_amount_minor THEN 'its round awards less'
        ELSE public.paper_gap(NEW.paper_decision_id, v_round, NEW.decided_by_id, NEW.decided_at) END;
      IF v_gap IS NOT NULL THEN
        RAISE EXCEPTION 'paper_decision_covers: the paper does not carry this award: %', v_gap USING ERRCODE = 'HR023';
      END IF;
    END IF;
    PERFORM public.require_no_benefit(NEW.decided_by_id, NEW.organization_id);
  END IF;
  RETURN NEW;
END $$;

-- The runtime role's rights on the new table; it stays by its trigger, for the owner as well.
SELECT grant_runtime_role();

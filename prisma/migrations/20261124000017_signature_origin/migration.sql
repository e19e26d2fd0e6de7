-- Where a signature was given from, kept apart from what was signed. The address of a machine locates a person, so it is
-- sealed, read only in a transaction that has already written why into the trail, and gone after ninety days unless an
-- inquiry holds it.

CREATE TABLE "signature_origin" (
    "id" UUID NOT NULL,
    "agreement_signature_id" UUID,
    "disbursement_signature_id" UUID,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,
    "held_at" TIMESTAMPTZ(3),
    "held_by_id" UUID,
    "hold_reason" TEXT,

    CONSTRAINT "signature_origin_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "sealed_signature_origin" (
    "signature_id" UUID NOT NULL,
    "ciphertext" TEXT NOT NULL,

    CONSTRAINT "sealed_signature_origin_pkey" PRIMARY KEY ("signature_id")
);

CREATE UNIQUE INDEX "signature_origin_once_per_agreement_signature" ON "signature_origin"("agreement_signature_id");
CREATE UNIQUE INDEX "signature_origin_once_per_disbursement_signature" ON "signature_origin"("disbursement_signature_id");
CREATE INDEX "signature_origin_signed_at_idx" ON "signature_origin"("signed_at");

ALTER TABLE "signature_origin" ADD CONSTRAINT "signature_origin_agreement_signature_id_fkey"
  FOREIGN KEY ("agreement_signature_id") REFERENCES "agreement_signature"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "signature_origin" ADD CONSTRAINT "signature_origin_disbursement_signature_id_fkey"
  FOREIGN KEY ("disbursement_signature_id") REFERENCES "disbursement_signature"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "sealed_signature_origin" ADD CONSTRAINT "sealed_signature_origin_signature_id_fkey"
  FOREIGN KEY ("signature_id") REFERENCES "signature_origin"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- Its id is the signature's own: the seal binds the address to that id.
ALTER TABLE signature_origin
  ADD CONSTRAINT signature_origin_of_one_signature CHECK (
    num_nonnulls(agreement_signature_id, disbursement_signature_id) = 1
    AND id = coalesce(agreement_signature_id, disbursement_signature_id)),
  ADD CONSTRAINT signature_origin_hold_whole CHECK (
    num_nonnulls(held_at, held_by_id, hold_reason) IN (0, 3) AND (hold_reason IS NULL OR btrim(hold_reason) <> ''));

-- Who gave a signature, when, and to whose money it belongs.
CREATE FUNCTION signature_standing(p_signature uuid, OUT user_id uuid, OUT signed_at timestamptz, OUT program_id uuid,
  OUT organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.user_id, s.signed_at, a.program_id, a.organization_id
    FROM public.agreement_signature s JOIN public.agreement g ON g.id = s.agreement_id
    JOIN public.award a ON a.id = g.award_id WHERE s.id = p_signature
  UNION ALL
  SELECT s.user_id, s.signed_at, a.program_id, a.organization_id
    FROM public.disbursement_signature s JOIN public.disbursement d ON d.id = s.disbursement_id
    JOIN public.award a ON a.id = d.award_id WHERE s.id = p_signature
$$;

-- Whether this very transaction has already written into the trail, in the actor's name and with a reason, what it does.
CREATE FUNCTION said_of_signature(p_signature uuid, p_name text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.audit_event e
  WHERE e.subject_type = 'signature' AND e.subject_id = p_signature::text AND e.name = p_name
    AND e.actor_user_id = public.acting_user() AND e.detail_commitment IS NOT NULL
    AND e.xid = pg_current_xact_id_if_assigned()::text::bigint);

-- A director of the program, who never belonged to the organization that is paid.
CREATE FUNCTION answers_for_signature(p_signature uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.signature_standing(p_signature) s
  WHERE public.acts_in_program(s.program_id, ARRAY['director'])
    AND NOT EXISTS (SELECT FROM public.membership m
      WHERE m.user_id = public.acting_user() AND m.organization_id = s.organization_id));

ALTER TABLE sealed_signature_origin ENABLE ROW LEVEL SECURITY;
ALTER TABLE sealed_signature_origin FORCE ROW LEVEL SECURITY;
CREATE POLICY sealed_signature_origin_read ON sealed_signature_origin FOR SELECT USING (
  (answers_for_signature(signature_id) AND said_of_signature(signature_id, 'signatureOrigin.opened'))
  OR acting_system() IN ('rotate-keys', 'back-up', 'restore', 'doctor'));
CREATE POLICY sealed_signature_origin_add ON sealed_signature_origin FOR INSERT WITH CHECK (
  (SELECT s.user_id FROM signature_standing(signature_id) s) = acting_user() OR acting_system() = 'restore');
CREATE POLICY sealed_signature_origin_change ON sealed_signature_origin FOR UPDATE USING (
  acting_system() = 'rotate-keys');
-- There is no policy to delete: a sealed address goes with its row of signature_origin, and that one by the rule below.

CREATE FUNCTION guard_signature_origin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  s record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT * INTO s FROM public.signature_standing(NEW.id);
    IF s.user_id IS NULL OR s.user_id IS DISTINCT FROM public.acting_user() THEN
      RAISE EXCEPTION 'signature_origin_by_signer: where a signature came from is written by who gives it'
        USING ERRCODE = 'HR022';
    END IF;
    -- The ninety days count from the signature, which never changes.
    IF NEW.signed_at IS DISTINCT FROM s.signed_at THEN
      RAISE EXCEPTION 'signature_origin_fixed: it has the instant of its signature' USING ERRCODE = 'HR026';
    END IF;
    IF NEW.held_at IS NOT NULL THEN
      RAISE EXCEPTION 'signature_origin_held_in_trail: nothing begins as held' USING ERRCODE = 'HR025';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.agreement_signature_id, NEW.disbursement_signature_id, NEW.signed_at)
    IS DISTINCT FROM (OLD.id, OLD.agreement_signature_id, OLD.disbursement_signature_id, OLD.signed_at) THEN
    RAISE EXCEPTION 'signature_origin_fixed: a hold is all that changes' USING ERRCODE = 'HR026';
  END IF;
  IF NOT public.answers_for_signature(NEW.id) OR (NEW.held_at IS NOT NULL AND OLD.held_at IS NOT NULL)
    OR NEW.held_by_id IS DISTINCT FROM (CASE WHEN NEW.held_at IS NOT NULL THEN public.acting_user() END)
    OR NOT public.said_of_signature(NEW.id,
      CASE WHEN NEW.held_at IS NULL THEN 'signatureOrigin.released' ELSE 'signatureOrigin.held' END) THEN
    RAISE EXCEPTION 'signature_origin_held_in_trail: a hold begins and ends once, by a director, with a reason in the trail'
      USING ERRCODE = 'HR025';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signature_origin_guarded BEFORE INSERT OR UPDATE ON signature_origin
  FOR EACH ROW EXECUTE FUNCTION guard_signature_origin();

-- The rule of deletion stands here and not in the job alone: whoever deletes, only what is over goes.
CREATE FUNCTION guard_signature_origin_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.held_at IS NOT NULL OR OLD.signed_at > now() - interval '90 days' THEN
    RAISE EXCEPTION 'signature_origin_kept: it is kept for 90 days, and longer while it is held' USING ERRCODE = 'HR010';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER signature_origin_kept BEFORE DELETE ON signature_origin
  FOR EACH ROW EXECUTE FUNCTION guard_signature_origin_deletion();
ALTER TABLE signature_origin ENABLE ALWAYS TRIGGER signature_origin_kept;

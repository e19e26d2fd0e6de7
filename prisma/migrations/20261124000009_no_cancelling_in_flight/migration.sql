-- A cancelled payment gives its instalment back to be paid again. While an attempt may have moved the money, or while
-- evidence says that it did, that would pay twice.
CREATE FUNCTION guard_disbursement_cancel() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.disbursement_attempt t
    WHERE t.disbursement_id = NEW.id AND t.outcome IN ('started', 'unknown', 'moved')) THEN
    RAISE EXCEPTION 'disbursement_known_not_moved: an attempt is not known to have left the money where it was'
      USING ERRCODE = 'HR025';
  END IF;
  IF EXISTS (SELECT FROM public.payment_evidence e WHERE e.disbursement_id = NEW.id AND e.refused_at IS NULL) THEN
    RAISE EXCEPTION 'disbursement_known_not_moved: evidence that it was paid stands' USING ERRCODE = 'HR025';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_cancel_guarded BEFORE UPDATE OF status ON disbursement
  FOR EACH ROW WHEN (NEW.status = 'cancelled' AND OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION guard_disbursement_cancel();

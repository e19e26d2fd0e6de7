-- What a payment was signed for must not change under its signatures. They bind to the account's fingerprint, so whose
-- account it is, which account it is and who entered it never change; another account is another row. Members and the
-- staff who pay may UPDATE the row, which is why its content needs a wall of its own beside row security.
CREATE FUNCTION guard_payee_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'unverified' OR NEW.verified_at IS NOT NULL THEN
      RAISE EXCEPTION 'payee_account_transition: an account begins as unverified' USING ERRCODE = 'HR024';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.organization_id, NEW.fingerprint, NEW.last_three, NEW.created_by_id, NEW.created_at)
    IS DISTINCT FROM (OLD.id, OLD.organization_id, OLD.fingerprint, OLD.last_three, OLD.created_by_id, OLD.created_at) THEN
    RAISE EXCEPTION 'payee_account_content_fixed: another account is another row' USING ERRCODE = 'HR026';
  END IF;
  IF NEW.ciphertext IS DISTINCT FROM OLD.ciphertext
    AND public.acting_system() IS DISTINCT FROM 'rotate-keys' THEN
    RAISE EXCEPTION 'payee_account_content_fixed: only the rotation of keys seals an account again'
      USING ERRCODE = 'HR026';
  END IF;
  IF NEW.status IS DISTINCT FROM OLD.status AND (OLD.status || ' ' || NEW.status) <> ALL (ARRAY[
    'unverified verified', 'unverified replaced', 'verified replaced']) THEN
    RAISE EXCEPTION 'payee_account_transition: % does not become %', OLD.status, NEW.status USING ERRCODE = 'HR024';
  END IF;
  IF (NEW.verified_at, NEW.verified_by_id) IS DISTINCT FROM (OLD.verified_at, OLD.verified_by_id) THEN
    IF OLD.status <> 'unverified' OR NEW.status <> 'verified' THEN
      RAISE EXCEPTION 'payee_account_transition: an account is verified once' USING ERRCODE = 'HR024';
    END IF;
    IF public.acting_user() IS NOT NULL AND NEW.verified_by_id IS DISTINCT FROM public.acting_user() THEN
      RAISE EXCEPTION 'payee_account_verified_in_own_name: a verification is written by who verified'
        USING ERRCODE = 'HR022';
    END IF;
    PERFORM public.require_no_benefit(NEW.verified_by_id, NEW.organization_id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payee_account_guarded BEFORE INSERT OR UPDATE ON payee_account
  FOR EACH ROW EXECUTE FUNCTION guard_payee_account();

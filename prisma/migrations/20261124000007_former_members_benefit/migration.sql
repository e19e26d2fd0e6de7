-- A person who can benefit takes no part in a decision or a payment, and an interest does not end with a membership: a
-- membership of any day counts, as it does in the commands.
CREATE OR REPLACE FUNCTION require_no_benefit(p_user uuid, p_organization uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.membership m WHERE m.user_id = p_user AND m.organization_id = p_organization) THEN
    RAISE EXCEPTION 'signer_may_not_benefit: who is or was a member of the recipient organization takes no part in its payment'
      USING ERRCODE = 'HR022';
  END IF;
END $$;

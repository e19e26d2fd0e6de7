-- The guard of an agreement watched its changes only: a row inserted as in force had asked nobody for a signature.
CREATE FUNCTION guard_agreement_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'draft' OR NEW.in_force_at IS NOT NULL THEN
    RAISE EXCEPTION 'agreement_begins_as_draft: an agreement is drafted before it is anything else'
      USING ERRCODE = 'HR024';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agreement_begun BEFORE INSERT ON agreement FOR EACH ROW EXECUTE FUNCTION guard_agreement_insert();

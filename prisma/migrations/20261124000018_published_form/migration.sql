-- An application keeps the version of the form it was written under (design.md): what was published is never rewritten,
-- or a sentence somebody answered, and signed for, would come to say something else. It also lets the product remember a
-- published form instead of reading it with every answer that is saved.
CREATE FUNCTION guard_published_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NOT NULL THEN
    RAISE EXCEPTION 'form_definition_published: version % of form % was published', OLD.version, OLD.key
      USING ERRCODE = 'HR010', CONSTRAINT = 'form_definition_published';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER form_definition_published BEFORE UPDATE OR DELETE ON form_definition
  FOR EACH ROW EXECUTE FUNCTION guard_published_form();

-- Staff who review an application themselves read no other review of it while they still may score, nor after a conflict:
-- their role would else show them the panel before their own paper is in. Whoever gave the file back never scores it.
CREATE OR REPLACE FUNCTION reads_review(p_assignment uuid, p_submitted boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
RETURN EXISTS (SELECT FROM public.review_assignment a
  JOIN public.application p ON p.id = a.application_id
  JOIN public.opportunity o ON o.id = p.opportunity_id
  WHERE a.id = p_assignment AND (
    a.reviewer_id = public.acting_user()
    OR (
      NOT EXISTS (SELECT FROM public.review_assignment own WHERE own.application_id = a.application_id
        AND own.reviewer_id = public.acting_user()
        AND own.status IN ('invited', 'accepted', 'in_progress', 'reopened', 'recused'))
      AND (
        public.acts_in_program(o.program_id, ARRAY['program_officer'])
        OR (p_submitted AND public.acts_in_program(o.program_id, ARRAY['program_manager', 'director', 'auditor']))))
    OR (p_submitted AND EXISTS (SELECT FROM public.review_assignment mine WHERE mine.application_id = a.application_id
      AND mine.reviewer_id = public.acting_user() AND mine.status = 'submitted'))));

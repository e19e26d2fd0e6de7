-- What a row may say, whoever writes it. The name of a constraint is its error contract with the commands.

-- Currency: one for now; the column is there so that a second is a migration, not a rebuild.
ALTER TABLE delegation ADD CONSTRAINT delegation_currency CHECK (currency = 'CAD');
ALTER TABLE allocation_line ADD CONSTRAINT allocation_line_currency CHECK (currency = 'CAD');
ALTER TABLE application ADD CONSTRAINT application_currency CHECK (currency = 'CAD');
ALTER TABLE budget_line ADD CONSTRAINT budget_line_currency CHECK (currency = 'CAD');
ALTER TABLE award ADD CONSTRAINT award_currency CHECK (currency = 'CAD');
ALTER TABLE opportunity ADD CONSTRAINT opportunity_currency CHECK (currency = 'CAD');
ALTER TABLE instalment ADD CONSTRAINT instalment_currency CHECK (currency = 'CAD');
ALTER TABLE disbursement ADD CONSTRAINT disbursement_currency CHECK (currency = 'CAD');
ALTER TABLE budget_entry ADD CONSTRAINT budget_entry_currency CHECK (currency = 'CAD');
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_currency CHECK (currency = 'CAD');

-- People and access
ALTER TABLE person
  ADD CONSTRAINT person_status CHECK (status IN ('invited', 'active', 'disabled')),
  ADD CONSTRAINT person_locale CHECK (locale IN ('en', 'fr')),
  ADD CONSTRAINT person_email_lower_case CHECK (email = lower(email) AND email LIKE '_%@_%'),
  ADD CONSTRAINT person_named CHECK (btrim(display_name) <> '');
ALTER TABLE login_token
  ADD CONSTRAINT login_token_purpose CHECK (purpose IN
    ('sign_in', 'confirm_email', 'reset_password', 'invitation', 'change_email_old', 'change_email_new')),
  ADD CONSTRAINT login_token_expires_later CHECK (expires_at > created_at);
ALTER TABLE email_change ADD CONSTRAINT email_change_lower_case CHECK (new_email = lower(new_email));
ALTER TABLE role_assignment
  ADD CONSTRAINT role_assignment_role CHECK (role IN ('reviewer', 'program_officer', 'program_manager',
    'finance_officer', 'director', 'observer', 'auditor', 'administrator')),
  ADD CONSTRAINT role_assignment_ends_later CHECK (ended_at >= created_at);
CREATE UNIQUE INDEX role_assignment_active_once ON role_assignment (user_id, role, program_id)
  NULLS NOT DISTINCT WHERE ended_at IS NULL;
ALTER TABLE invitation
  ADD CONSTRAINT invitation_membership_role CHECK (membership_role IN ('owner', 'editor', 'signatory', 'reader')),
  ADD CONSTRAINT invitation_to_one_thing CHECK ((organization_id IS NULL) = (membership_role IS NULL)),
  ADD CONSTRAINT invitation_expires_later CHECK (expires_at > created_at),
  ADD CONSTRAINT invitation_accepted_or_cancelled CHECK (accepted_at IS NULL OR cancelled_at IS NULL);
ALTER TABLE delegation
  ADD CONSTRAINT delegation_authority CHECK (authority IN
    ('s32_commitment', 'transaction', 's34_certification', 's33_requisition')),
  ADD CONSTRAINT delegation_bilingual CHECK (btrim(position_en) <> '' AND btrim(position_fr) <> ''),
  ADD CONSTRAINT delegation_instrument_named CHECK (btrim(instrument) <> ''),
  ADD CONSTRAINT delegation_limit_positive CHECK (limit_minor > 0),
  ADD CONSTRAINT delegation_dates_ordered CHECK (valid_from < valid_to),
  ADD CONSTRAINT delegation_not_for_oneself CHECK (acting_for_id <> user_id);

-- Organizations
ALTER TABLE organization
  ADD CONSTRAINT organization_kind CHECK (kind IN
    ('not_for_profit', 'charity', 'indigenous', 'academic', 'government', 'other')),
  ADD CONSTRAINT organization_language CHECK (language IN ('en', 'fr')),
  ADD CONSTRAINT organization_province CHECK (province IN
    ('AB', 'BC', 'MB', 'NB', 'NL', 'NS', 'NT', 'NU', 'ON', 'PE', 'QC', 'SK', 'YT')),
  ADD CONSTRAINT organization_named CHECK (btrim(legal_name) <> ''),
  ADD CONSTRAINT organization_public_when_confirmed CHECK
    (public_confirmed_at IS NULL OR (public_name IS NOT NULL AND public_city IS NOT NULL));
ALTER TABLE membership
  ADD CONSTRAINT membership_role CHECK (role IN ('owner', 'editor', 'signatory', 'reader')),
  ADD CONSTRAINT membership_ends_later CHECK (ended_at >= created_at);
CREATE UNIQUE INDEX membership_active_once ON membership (organization_id, user_id) WHERE ended_at IS NULL;
ALTER TABLE location
  ADD CONSTRAINT location_class CHECK (class IN ('public_mailing', 'service_region', 'sealed_site')),
  ADD CONSTRAINT location_sealed_shows_nothing CHECK (class <> 'sealed_site' OR public_text IS NULL);
ALTER TABLE payee_account
  ADD CONSTRAINT payee_account_status CHECK (status IN ('unverified', 'verified', 'replaced')),
  ADD CONSTRAINT payee_account_last_three CHECK (last_three ~ '^[0-9]{3}$'),
  ADD CONSTRAINT payee_account_verified_by_another CHECK (verified_by_id <> created_by_id),
  ADD CONSTRAINT payee_account_verified_whole CHECK ((verified_at IS NULL) = (verified_by_id IS NULL)),
  ADD CONSTRAINT payee_account_verified_when_so CHECK (status <> 'verified' OR verified_at IS NOT NULL),
  ADD CONSTRAINT payee_account_replaced_when_so CHECK ((status = 'replaced') = (replaced_at IS NOT NULL));
CREATE UNIQUE INDEX payee_account_current_once ON payee_account (organization_id)
  WHERE status IN ('unverified', 'verified');

-- Forms and files
ALTER TABLE form_definition ADD CONSTRAINT form_definition_version_positive CHECK (version > 0);
ALTER TABLE rubric ADD CONSTRAINT rubric_version_positive CHECK (version > 0);
ALTER TABLE stored_file
  ADD CONSTRAINT stored_file_scan_state CHECK (scan_state IN ('pending', 'not_scanned', 'clean', 'infected')),
  ADD CONSTRAINT stored_file_length CHECK (byte_length >= 0),
  ADD CONSTRAINT stored_file_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$');

-- Programs and budgets
ALTER TABLE strategy
  ADD CONSTRAINT strategy_bilingual CHECK (btrim(title_en) <> '' AND btrim(title_fr) <> ''),
  ADD CONSTRAINT strategy_dates_ordered CHECK (starts_on < ends_on);
ALTER TABLE program
  ADD CONSTRAINT program_instrument CHECK (instrument IN ('grant', 'contribution', 'other_transfer_payment')),
  ADD CONSTRAINT program_method CHECK (method IN ('competitive', 'formula', 'directed')),
  ADD CONSTRAINT program_funder_kind CHECK (funder_kind IN ('federal_department', 'delivery_partner')),
  ADD CONSTRAINT program_bilingual CHECK (btrim(name_en) <> '' AND btrim(name_fr) <> ''
    AND btrim(purpose_en) <> '' AND btrim(purpose_fr) <> ''),
  ADD CONSTRAINT program_stacking_limit CHECK (stacking_limit_basis_points BETWEEN 0 AND 10000),
  ADD CONSTRAINT program_administration_limit CHECK (administration_limit_basis_points BETWEEN 0 AND 10000);
ALTER TABLE budget_entry
  ADD CONSTRAINT budget_entry_ceiling CHECK (ceiling IN ('planned', 'voted')),
  ADD CONSTRAINT budget_entry_source CHECK (source IN ('reference_level', 'interim_supply', 'main_estimates',
    'supplementary_estimates', 'reprofile', 'correction')),
  ADD CONSTRAINT budget_entry_amount_not_zero CHECK (amount_minor <> 0),
  ADD CONSTRAINT budget_entry_fiscal_year CHECK (fiscal_year BETWEEN 2000 AND 2200),
  ADD CONSTRAINT budget_entry_reason_given CHECK (btrim(reason) <> '');

-- Opportunities: a draft may still lack a language, what the public sees may not
ALTER TABLE opportunity
  ADD CONSTRAINT opportunity_status CHECK (status IN ('draft', 'published', 'decided', 'archived', 'cancelled')),
  ADD CONSTRAINT opportunity_bilingual CHECK (status IN ('draft', 'cancelled') OR (btrim(title_en) <> ''
    AND btrim(title_fr) <> '' AND btrim(summary_en) <> '' AND btrim(summary_fr) <> '')),
  ADD CONSTRAINT opportunity_dates_ordered CHECK (opens_at < closes_at),
  ADD CONSTRAINT opportunity_maximum_positive CHECK (maximum_minor > 0),
  ADD CONSTRAINT opportunity_fiscal_years CHECK (first_fiscal_year BETWEEN 2000 AND 2200
    AND fiscal_year_count BETWEEN 1 AND 20),
  ADD CONSTRAINT opportunity_reviewers CHECK (reviewers_per_application BETWEEN 0 AND 20),
  ADD CONSTRAINT opportunity_published_when_so CHECK
    (status IN ('draft', 'cancelled') OR published_at IS NOT NULL);

-- Applications
ALTER TABLE application
  ADD CONSTRAINT application_status CHECK (status IN ('draft', 'awaiting_sign_off', 'submitted', 'eligible',
    'ineligible', 'changes_requested', 'under_review', 'reviewed', 'awarded', 'declined', 'waitlisted', 'withdrawn')),
  ADD CONSTRAINT application_locale CHECK (locale IN ('en', 'fr')),
  ADD CONSTRAINT application_requested_not_negative CHECK (requested_amount_minor >= 0),
  ADD CONSTRAINT application_submitted_when_so CHECK
    (status IN ('draft', 'awaiting_sign_off', 'withdrawn') OR submitted_at IS NOT NULL),
  ADD CONSTRAINT application_submitted_by_someone CHECK ((submitted_at IS NULL) = (submitted_by_id IS NULL));
ALTER TABLE answer ADD CONSTRAINT answer_version_positive CHECK (version > 0);
ALTER TABLE answer_version ADD CONSTRAINT answer_version_outcome CHECK (outcome IN ('saved', 'conflict'));
ALTER TABLE budget_line
  ADD CONSTRAINT budget_line_cost_type CHECK (cost_type IN ('direct', 'administrative')),
  ADD CONSTRAINT budget_line_cost_not_negative CHECK (cost_minor >= 0),
  ADD CONSTRAINT budget_line_requested_within_cost CHECK (requested_minor BETWEEN 0 AND cost_minor),
  ADD CONSTRAINT budget_line_fiscal_year CHECK (fiscal_year BETWEEN 2000 AND 2200);
ALTER TABLE application_version
  ADD CONSTRAINT application_version_number_positive CHECK (number > 0),
  ADD CONSTRAINT application_version_hash CHECK (content_hash ~ '^[0-9a-f]{64}$');
ALTER TABLE screening ADD CONSTRAINT screening_outcome CHECK (outcome IN ('eligible', 'ineligible', 'changes_requested'));
ALTER TABLE requirement
  ADD CONSTRAINT requirement_status CHECK (status IN ('open', 'submitted', 'accepted', 'changes_requested')),
  ADD CONSTRAINT requirement_of_one_thing CHECK (num_nonnulls(application_id, award_id) = 1);

-- Reviews
ALTER TABLE review_assignment
  ADD CONSTRAINT review_assignment_status CHECK (status IN
    ('invited', 'accepted', 'declined', 'recused', 'in_progress', 'submitted', 'reopened')),
  ADD CONSTRAINT review_assignment_conflict CHECK (conflict IN ('none', 'conflict')),
  ADD CONSTRAINT review_assignment_conflict_recuses CHECK (conflict <> 'conflict' OR status IN ('recused', 'declined')),
  ADD CONSTRAINT review_assignment_number_positive CHECK (reviewer_number > 0),
  ADD CONSTRAINT review_assignment_declared_first CHECK
    (status NOT IN ('in_progress', 'submitted', 'reopened') OR conflict = 'none');
ALTER TABLE score ADD CONSTRAINT score_points CHECK (points BETWEEN 1 AND 5);

-- Allocation
ALTER TABLE allocation_round
  ADD CONSTRAINT allocation_round_status CHECK (status IN ('open', 'recommended', 'approved', 'announced')),
  ADD CONSTRAINT allocation_round_number_positive CHECK (number > 0),
  ADD CONSTRAINT allocation_round_two_people CHECK (decided_by_id <> recommended_by_id),
  ADD CONSTRAINT allocation_round_recommended_when_so CHECK
    (status = 'open' OR (recommended_at IS NOT NULL AND recommended_by_id IS NOT NULL)),
  ADD CONSTRAINT allocation_round_decided_when_so CHECK (status IN ('open', 'recommended')
    OR num_nulls(decided_at, decided_by_id, decision_delegation_id) = 0),
  ADD CONSTRAINT allocation_round_certified_whole CHECK
    (num_nonnulls(commitment_certified_at, commitment_certified_by_id, commitment_delegation_id) IN (0, 3)),
  ADD CONSTRAINT allocation_round_certified_first CHECK (status IN ('open', 'recommended')
    OR commitment_certified_at IS NOT NULL),
  ADD CONSTRAINT allocation_round_announced_when_so CHECK (status <> 'announced' OR announced_at IS NOT NULL);
ALTER TABLE allocation_line
  ADD CONSTRAINT allocation_line_recommendation CHECK (recommendation IN ('award', 'decline', 'waitlist')),
  ADD CONSTRAINT allocation_line_amount_not_negative CHECK (recommended_amount_minor >= 0),
  ADD CONSTRAINT allocation_line_amount_when_awarded CHECK
    ((recommendation = 'award') = (recommended_amount_minor > 0));
ALTER TABLE allocation_line_year
  ADD CONSTRAINT allocation_line_year_amount_not_negative CHECK (amount_minor >= 0),
  ADD CONSTRAINT allocation_line_year_fiscal_year CHECK (fiscal_year BETWEEN 2000 AND 2200);

-- Awards and agreements
ALTER TABLE award
  ADD CONSTRAINT award_status CHECK (status IN
    ('offered', 'accepted', 'active', 'completed', 'terminated', 'declined', 'lapsed')),
  ADD CONSTRAINT award_amount_positive CHECK (awarded_amount_minor > 0),
  ADD CONSTRAINT award_accepted_by_someone CHECK ((accepted_at IS NULL) = (accepted_by_id IS NULL));
ALTER TABLE award_year
  ADD CONSTRAINT award_year_standing CHECK (standing IN ('committed', 'reserved')),
  ADD CONSTRAINT award_year_amount_not_negative CHECK (amount_minor >= 0),
  ADD CONSTRAINT award_year_fiscal_year CHECK (fiscal_year BETWEEN 2000 AND 2200),
  ADD CONSTRAINT award_year_certified_when_committed CHECK (standing <> 'committed'
    OR num_nulls(certified_by_id, certification_delegation_id, certified_at) = 0);
ALTER TABLE agreement
  ADD CONSTRAINT agreement_status CHECK (status IN
    ('draft', 'proposed', 'negotiated', 'signed', 'in_force', 'amended', 'settled', 'terminated')),
  ADD CONSTRAINT agreement_dates_ordered CHECK (starts_on <= ends_on),
  ADD CONSTRAINT agreement_number_positive CHECK (number > 0),
  ADD CONSTRAINT agreement_hash CHECK (content_hash ~ '^[0-9a-f]{64}$');
ALTER TABLE agreement_signature ADD CONSTRAINT agreement_signature_party CHECK (party IN ('funder', 'recipient'));

-- Payment
ALTER TABLE instalment
  ADD CONSTRAINT instalment_status CHECK (status IN
    ('planned', 'due', 'held', 'ready', 'in_payment', 'paid', 'cancelled', 'lapsed')),
  ADD CONSTRAINT instalment_amount_positive CHECK (amount_minor > 0),
  ADD CONSTRAINT instalment_number_positive CHECK (number > 0),
  ADD CONSTRAINT instalment_fiscal_year CHECK (fiscal_year BETWEEN 2000 AND 2200);
ALTER TABLE disbursement
  ADD CONSTRAINT disbursement_status CHECK (status IN ('drafted', 'certified', 'requisitioned', 'dispatched', 'sending',
    'sent', 'paid', 'failed', 'returned', 'cancelled', 'reversed')),
  ADD CONSTRAINT disbursement_rail CHECK (rail IN ('manual', 'stripe', 'receiver_general', 'aft')),
  ADD CONSTRAINT disbursement_amount_positive CHECK (amount_minor > 0),
  ADD CONSTRAINT disbursement_fiscal_year CHECK (fiscal_year BETWEEN 2000 AND 2200),
  ADD CONSTRAINT disbursement_binding_hash CHECK (binding_hash ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT disbursement_paid_when_so CHECK (status NOT IN ('paid', 'reversed') OR paid_at IS NOT NULL);
CREATE UNIQUE INDEX disbursement_live_once ON disbursement (instalment_id)
  WHERE status NOT IN ('cancelled', 'failed', 'returned', 'reversed');
ALTER TABLE disbursement_signature
  ADD CONSTRAINT disbursement_signature_section CHECK (section IN ('s34', 's33')),
  ADD CONSTRAINT disbursement_signature_position_named CHECK (btrim("position") <> ''),
  ADD CONSTRAINT disbursement_signature_void_whole CHECK ((voided_at IS NULL) = (void_reason IS NULL));
CREATE UNIQUE INDEX disbursement_signature_standing_once ON disbursement_signature (disbursement_id, section)
  WHERE voided_at IS NULL;
ALTER TABLE disbursement_attempt
  ADD CONSTRAINT disbursement_attempt_outcome CHECK (outcome IN ('started', 'moved', 'not_moved', 'unknown')),
  ADD CONSTRAINT disbursement_attempt_number_positive CHECK (number > 0);
CREATE UNIQUE INDEX disbursement_attempt_open_once ON disbursement_attempt (disbursement_id)
  WHERE outcome IN ('started', 'unknown');
ALTER TABLE payment_evidence
  ADD CONSTRAINT payment_evidence_method CHECK (method IN ('cheque', 'receiver_general', 'wire', 'direct_deposit')),
  ADD CONSTRAINT payment_evidence_reference_given CHECK (btrim(reference_text) <> ''),
  ADD CONSTRAINT payment_evidence_two_people CHECK (confirmed_by_id <> recorded_by_id),
  ADD CONSTRAINT payment_evidence_confirmed_whole CHECK ((confirmed_at IS NULL) = (confirmed_by_id IS NULL)),
  ADD CONSTRAINT payment_evidence_confirmed_or_refused CHECK (confirmed_at IS NULL OR refused_at IS NULL);
CREATE UNIQUE INDEX payment_evidence_standing_once ON payment_evidence (disbursement_id) WHERE refused_at IS NULL;

-- Ledger
ALTER TABLE ledger_account
  ADD CONSTRAINT ledger_account_kind CHECK (kind IN ('planned', 'reservable', 'voted', 'available', 'lapsed', 'reserved',
    'committed', 'held_back', 'advanced', 'paid', 'recoverable', 'written_off')),
  ADD CONSTRAINT ledger_account_award_or_program CHECK
    ((kind IN ('planned', 'reservable', 'voted', 'available', 'lapsed')) = (award_id IS NULL)),
  ADD CONSTRAINT ledger_account_fiscal_year CHECK (fiscal_year BETWEEN 2000 AND 2200);
CREATE UNIQUE INDEX ledger_account_of_program_once ON ledger_account (program_id, fiscal_year, kind, currency)
  WHERE award_id IS NULL;
CREATE UNIQUE INDEX ledger_account_of_award_once ON ledger_account (award_id, fiscal_year, kind, currency)
  WHERE award_id IS NOT NULL;
-- A source only gives, every other account only holds. One CHECK, because each is compiled at every posting (five of
-- them cost more than the posting itself); post_entry refuses under the name of the ceiling that would be broken.
ALTER TABLE ledger_balance ADD CONSTRAINT ledger_no_negative_balance CHECK
  (CASE WHEN kind IN ('planned', 'voted') THEN balance_minor <= 0 ELSE balance_minor >= 0 END);
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_well_formed CHECK (amount_minor > 0
  AND debit_account_id <> credit_account_id AND (verb = 'reverse') = (reverses_id IS NOT NULL));
CREATE UNIQUE INDEX ledger_entry_reversed_once ON ledger_entry (reverses_id) WHERE reverses_id IS NOT NULL;

-- Trail, mail
ALTER TABLE audit_event ADD CONSTRAINT audit_event_actor_kind CHECK (actor_kind IN ('user', 'system', 'stripe')),
  ADD CONSTRAINT audit_event_user_named CHECK ((actor_kind = 'user') = (actor_user_id IS NOT NULL)),
  ADD CONSTRAINT audit_event_facts_object CHECK (jsonb_typeof(facts) = 'object');
ALTER TABLE audit_seal
  ADD CONSTRAINT audit_seal_number_positive CHECK (number > 0),
  ADD CONSTRAINT audit_seal_hash_length CHECK (octet_length(hash) = 32 AND octet_length(previous_hash) = 32);
ALTER TABLE mail_message
  ADD CONSTRAINT mail_message_status CHECK (status IN ('queued', 'sent', 'outbox', 'failed')),
  ADD CONSTRAINT mail_message_locale CHECK (locale IN ('en', 'fr'));

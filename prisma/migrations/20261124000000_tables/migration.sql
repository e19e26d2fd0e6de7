-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "delegation" (
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "acting_for_id" UUID,
    "authority" TEXT NOT NULL,
    "position_en" TEXT NOT NULL,
    "position_fr" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "program_id" UUID,
    "limit_minor" BIGINT,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID,

    CONSTRAINT "delegation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "allocation_round" (
    "id" UUID NOT NULL,
    "opportunity_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "policy" JSONB NOT NULL,
    "prepared_by_id" UUID NOT NULL,
    "prepared_at" TIMESTAMPTZ(3) NOT NULL,
    "recommended_at" TIMESTAMPTZ(3),
    "recommended_by_id" UUID,
    "commitment_certified_at" TIMESTAMPTZ(3),
    "commitment_certified_by_id" UUID,
    "commitment_delegation_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by_id" UUID,
    "decision_delegation_id" UUID,
    "decision_note" TEXT,
    "announced_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "allocation_round_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "allocation_line" (
    "id" UUID NOT NULL,
    "round_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "rank" INTEGER,
    "score_ten_thousandths" INTEGER,
    "recommendation" TEXT NOT NULL,
    "recommended_amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "reason" TEXT NOT NULL,

    CONSTRAINT "allocation_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "allocation_line_year" (
    "id" UUID NOT NULL,
    "line_id" UUID NOT NULL,
    "fiscal_year" INTEGER NOT NULL,
    "amount_minor" BIGINT NOT NULL,

    CONSTRAINT "allocation_line_year_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "application" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "opportunity_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "form_definition_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "title" TEXT,
    "requested_amount_minor" BIGINT,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "locale" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "submitted_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "answer" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "question_key" TEXT NOT NULL,
    "row_key" TEXT NOT NULL DEFAULT '',
    "value" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_id" UUID NOT NULL,

    CONSTRAINT "answer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "answer_version" (
    "id" UUID NOT NULL,
    "answer_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "value" JSONB NOT NULL,
    "outcome" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "author_id" UUID NOT NULL,

    CONSTRAINT "answer_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget_line" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "description" TEXT NOT NULL,
    "cost_category" TEXT NOT NULL,
    "cost_type" TEXT NOT NULL,
    "fiscal_year" INTEGER NOT NULL,
    "cost_minor" BIGINT NOT NULL,
    "requested_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "budget_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attachment" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "question_key" TEXT NOT NULL,
    "file_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "replaced_at" TIMESTAMPTZ(3),

    CONSTRAINT "attachment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "application_version" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_by_id" UUID NOT NULL,
    "content" JSONB NOT NULL,
    "content_hash" TEXT NOT NULL,

    CONSTRAINT "application_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "screening" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "findings" JSONB NOT NULL,
    "note" TEXT NOT NULL,
    "screened_by_id" UUID NOT NULL,
    "screened_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "screening_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "requirement" (
    "id" UUID NOT NULL,
    "application_id" UUID,
    "award_id" UUID,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "response" TEXT,
    "due_on" DATE,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID NOT NULL,
    "responded_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "requirement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "xid" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_user_id" UUID,
    "actor_name" TEXT,
    "name" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "organization_id" UUID,
    "program_id" UUID,
    "facts" JSONB NOT NULL,
    "detail_commitment" TEXT,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_detail" (
    "event_id" BIGINT NOT NULL,
    "salt" BYTEA NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "audit_detail_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "audit_seal" (
    "number" INTEGER NOT NULL,
    "previous_hash" BYTEA NOT NULL,
    "event_count" INTEGER NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "audit_seal_event" (
    "event_id" BIGINT NOT NULL,
    "seal_number" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "event_hash" BYTEA NOT NULL,

    CONSTRAINT "audit_seal_event_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "audit_anchor" (
    "day" DATE NOT NULL,
    "seal_number" INTEGER NOT NULL,
    "head_hash" BYTEA NOT NULL,
    "signature" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_to" TEXT NOT NULL,

    CONSTRAINT "audit_anchor_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "award" (
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "application_id" UUID NOT NULL,
    "program_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "awarded_amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "decided_by_id" UUID NOT NULL,
    "decision_delegation_id" UUID NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "offered_at" TIMESTAMPTZ(3),
    "accepted_at" TIMESTAMPTZ(3),
    "accepted_by_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "award_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "award_year" (
    "id" UUID NOT NULL,
    "award_id" UUID NOT NULL,
    "fiscal_year" INTEGER NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "standing" TEXT NOT NULL,
    "certified_by_id" UUID,
    "certification_delegation_id" UUID,
    "certified_at" TIMESTAMPTZ(3),

    CONSTRAINT "award_year_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agreement" (
    "id" UUID NOT NULL,
    "award_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE NOT NULL,
    "content" JSONB NOT NULL,
    "content_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID NOT NULL,
    "in_force_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "agreement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agreement_signature" (
    "id" UUID NOT NULL,
    "agreement_id" UUID NOT NULL,
    "party" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "position" TEXT NOT NULL,
    "delegation_id" UUID,
    "content_hash" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agreement_signature_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "form_definition" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "form_definition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stored_file" (
    "id" UUID NOT NULL,
    "storage_key" TEXT NOT NULL,
    "original_name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "byte_length" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "scan_state" TEXT NOT NULL,
    "sealed" BOOLEAN NOT NULL DEFAULT false,
    "organization_id" UUID,
    "uploaded_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "stored_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "password_hash" TEXT,
    "email_confirmed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "absolute_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "device_label" TEXT NOT NULL,
    "shared_computer" BOOLEAN NOT NULL DEFAULT false,
    "acting_as" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_token" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "subject_id" UUID,

    CONSTRAINT "login_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "email_change" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "new_email" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "old_confirmed_at" TIMESTAMPTZ(3),
    "new_confirmed_at" TIMESTAMPTZ(3),
    "applied_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "email_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_assignment" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "program_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "role_assignment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "invited_by_id" UUID NOT NULL,
    "organization_id" UUID,
    "membership_role" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_account" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "program_id" UUID NOT NULL,
    "award_id" UUID,
    "fiscal_year" INTEGER NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',

    CONSTRAINT "ledger_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_balance" (
    "account_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "balance_minor" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "ledger_balance_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "id" UUID NOT NULL,
    "operation_id" UUID NOT NULL,
    "verb" TEXT NOT NULL,
    "debit_account_id" BIGINT NOT NULL,
    "credit_account_id" BIGINT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "cost_category" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_user_id" UUID,
    "delegation_id" UUID,
    "reason" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "reverses_id" UUID,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail_message" (
    "id" UUID NOT NULL,
    "to_user_id" UUID,
    "to_address" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "subject" TEXT,
    "body_text" TEXT,
    "body_html" TEXT,

    CONSTRAINT "mail_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "number_series" (
    "name" TEXT NOT NULL,
    "last" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "number_series_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "throttle" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "throttle_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "setting" (
    "name" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "opportunity" (
    "id" UUID NOT NULL,
    "program_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "title_en" TEXT NOT NULL,
    "title_fr" TEXT NOT NULL,
    "summary_en" TEXT NOT NULL,
    "summary_fr" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "opens_at" TIMESTAMPTZ(3) NOT NULL,
    "opens_wall" TEXT NOT NULL,
    "closes_at" TIMESTAMPTZ(3) NOT NULL,
    "closes_wall" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "tz_version" TEXT NOT NULL,
    "maximum_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "first_fiscal_year" INTEGER NOT NULL,
    "fiscal_year_count" INTEGER NOT NULL,
    "reviewers_per_application" INTEGER NOT NULL,
    "decision_expected_on" DATE NOT NULL,
    "form_definition_id" UUID NOT NULL,
    "rubric_id" UUID NOT NULL,
    "published_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "opportunity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organization" (
    "id" UUID NOT NULL,
    "legal_name" TEXT NOT NULL,
    "operating_name" TEXT,
    "business_number" TEXT,
    "province" CHAR(2) NOT NULL,
    "kind" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "mandate" TEXT,
    "public_name" TEXT,
    "public_city" TEXT,
    "public_description" TEXT,
    "public_confirmed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "location" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "class" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "public_text" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "location_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sealed_location" (
    "location_id" UUID NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sealed_location_pkey" PRIMARY KEY ("location_id")
);

-- CreateTable
CREATE TABLE "sealed_location_reader" (
    "location_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "named_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sealed_location_reader_pkey" PRIMARY KEY ("location_id","user_id")
);

-- CreateTable
CREATE TABLE "payee_account" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "last_three" CHAR(3) NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID NOT NULL,
    "verified_at" TIMESTAMPTZ(3),
    "verified_by_id" UUID,
    "replaced_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "payee_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "instalment" (
    "id" UUID NOT NULL,
    "award_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "fiscal_year" INTEGER NOT NULL,
    "due_on" DATE NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "status" TEXT NOT NULL,
    "hold_reason" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "instalment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disbursement" (
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "instalment_id" UUID NOT NULL,
    "award_id" UUID NOT NULL,
    "payee_account_id" UUID NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "fiscal_year" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "rail" TEXT NOT NULL,
    "binding_hash" TEXT NOT NULL,
    "drafted_by_id" UUID NOT NULL,
    "drafted_at" TIMESTAMPTZ(3) NOT NULL,
    "paid_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "disbursement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disbursement_signature" (
    "id" UUID NOT NULL,
    "disbursement_id" UUID NOT NULL,
    "section" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "position" TEXT NOT NULL,
    "delegation_id" UUID NOT NULL,
    "binding_hash" TEXT NOT NULL,
    "statement" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,
    "voided_at" TIMESTAMPTZ(3),
    "void_reason" TEXT,

    CONSTRAINT "disbursement_signature_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disbursement_attempt" (
    "id" UUID NOT NULL,
    "disbursement_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "parameters_hash" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "disbursement_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_evidence" (
    "id" UUID NOT NULL,
    "disbursement_id" UUID NOT NULL,
    "method" TEXT NOT NULL,
    "reference_text" TEXT NOT NULL,
    "paid_on" DATE NOT NULL,
    "file_id" UUID,
    "recorded_by_id" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_by_id" UUID,
    "confirmed_at" TIMESTAMPTZ(3),
    "refused_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "strategy" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "title_en" TEXT NOT NULL,
    "title_fr" TEXT NOT NULL,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE NOT NULL,

    CONSTRAINT "strategy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "program" (
    "id" UUID NOT NULL,
    "strategy_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "name_fr" TEXT NOT NULL,
    "purpose_en" TEXT NOT NULL,
    "purpose_fr" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "funder_kind" TEXT NOT NULL,
    "zone" TEXT NOT NULL DEFAULT 'America/Toronto',
    "stacking_limit_basis_points" INTEGER NOT NULL,
    "administration_limit_basis_points" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "program_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget_entry" (
    "id" UUID NOT NULL,
    "program_id" UUID NOT NULL,
    "fiscal_year" INTEGER NOT NULL,
    "ceiling" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'CAD',
    "entered_on" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "entered_by_id" UUID,
    "ledger_entry_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "budget_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rubric" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rubric_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review_assignment" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "reviewer_id" UUID NOT NULL,
    "reviewer_number" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "invited_at" TIMESTAMPTZ(3) NOT NULL,
    "invited_by_id" UUID NOT NULL,
    "responded_at" TIMESTAMPTZ(3),
    "conflict" TEXT,
    "conflict_reason" TEXT,
    "declared_at" TIMESTAMPTZ(3),
    "submitted_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "review_assignment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review" (
    "id" UUID NOT NULL,
    "assignment_id" UUID NOT NULL,
    "overall_comment" TEXT NOT NULL DEFAULT '',
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "score" (
    "id" UUID NOT NULL,
    "review_id" UUID NOT NULL,
    "criterion_key" TEXT NOT NULL,
    "points" INTEGER,
    "comment" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "score_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "delegation_number_unique" ON "delegation"("number");

-- CreateIndex
CREATE INDEX "delegation_user_id_idx" ON "delegation"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "allocation_round_number_unique" ON "allocation_round"("opportunity_id", "number");

-- CreateIndex
CREATE INDEX "allocation_line_application_id_idx" ON "allocation_line"("application_id");

-- CreateIndex
CREATE UNIQUE INDEX "allocation_line_once_per_application" ON "allocation_line"("round_id", "application_id");

-- CreateIndex
CREATE UNIQUE INDEX "allocation_line_year_unique" ON "allocation_line_year"("line_id", "fiscal_year");

-- CreateIndex
CREATE UNIQUE INDEX "application_reference_unique" ON "application"("reference");

-- CreateIndex
CREATE INDEX "application_opportunity_id_status_idx" ON "application"("opportunity_id", "status");

-- CreateIndex
CREATE INDEX "application_organization_id_idx" ON "application"("organization_id");

-- CreateIndex
CREATE INDEX "application_submitted_at_idx" ON "application"("submitted_at");

-- CreateIndex
CREATE UNIQUE INDEX "answer_question_row_unique" ON "answer"("application_id", "question_key", "row_key");

-- CreateIndex
CREATE INDEX "answer_version_answer_id_idx" ON "answer_version"("answer_id");

-- CreateIndex
CREATE INDEX "budget_line_application_id_idx" ON "budget_line"("application_id");

-- CreateIndex
CREATE INDEX "attachment_application_id_idx" ON "attachment"("application_id");

-- CreateIndex
CREATE UNIQUE INDEX "application_version_number_unique" ON "application_version"("application_id", "number");

-- CreateIndex
CREATE INDEX "screening_application_id_idx" ON "screening"("application_id");

-- CreateIndex
CREATE INDEX "requirement_application_id_idx" ON "requirement"("application_id");

-- CreateIndex
CREATE INDEX "requirement_award_id_idx" ON "requirement"("award_id");

-- CreateIndex
CREATE INDEX "audit_event_subject_type_subject_id_idx" ON "audit_event"("subject_type", "subject_id");

-- CreateIndex
CREATE INDEX "audit_event_organization_id_idx" ON "audit_event"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_event_position_unique" ON "audit_seal_event"("seal_number", "position");

-- CreateIndex
CREATE UNIQUE INDEX "award_number_unique" ON "award"("number");

-- CreateIndex
CREATE UNIQUE INDEX "award_once_per_application" ON "award"("application_id");

-- CreateIndex
CREATE INDEX "award_program_id_idx" ON "award"("program_id");

-- CreateIndex
CREATE INDEX "award_organization_id_idx" ON "award"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "award_year_unique" ON "award_year"("award_id", "fiscal_year");

-- CreateIndex
CREATE UNIQUE INDEX "agreement_number_unique" ON "agreement"("award_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "agreement_signature_once_per_party" ON "agreement_signature"("agreement_id", "party");

-- CreateIndex
CREATE UNIQUE INDEX "form_definition_version_unique" ON "form_definition"("key", "version");

-- CreateIndex
CREATE UNIQUE INDEX "stored_file_key_unique" ON "stored_file"("storage_key");

-- CreateIndex
CREATE INDEX "stored_file_organization_id_idx" ON "stored_file"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_unique" ON "person"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_hash_unique" ON "session"("token_hash");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "login_token_hash_unique" ON "login_token"("token_hash");

-- CreateIndex
CREATE INDEX "login_token_user_id_idx" ON "login_token"("user_id");

-- CreateIndex
CREATE INDEX "email_change_user_id_idx" ON "email_change"("user_id");

-- CreateIndex
CREATE INDEX "role_assignment_user_id_idx" ON "role_assignment"("user_id");

-- CreateIndex
CREATE INDEX "invitation_user_id_idx" ON "invitation"("user_id");

-- CreateIndex
CREATE INDEX "ledger_account_program_id_fiscal_year_idx" ON "ledger_account"("program_id", "fiscal_year");

-- CreateIndex
CREATE INDEX "ledger_entry_debit_account_id_idx" ON "ledger_entry"("debit_account_id");

-- CreateIndex
CREATE INDEX "ledger_entry_credit_account_id_idx" ON "ledger_entry"("credit_account_id");

-- CreateIndex
CREATE INDEX "mail_message_status_idx" ON "mail_message"("status");

-- CreateIndex
CREATE INDEX "mail_message_to_user_id_idx" ON "mail_message"("to_user_id");

-- CreateIndex
CREATE UNIQUE INDEX "opportunity_code_unique" ON "opportunity"("code");

-- CreateIndex
CREATE INDEX "opportunity_program_id_idx" ON "opportunity"("program_id");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE INDEX "membership_organization_id_idx" ON "membership"("organization_id");

-- CreateIndex
CREATE INDEX "location_organization_id_idx" ON "location"("organization_id");

-- CreateIndex
CREATE INDEX "payee_account_organization_id_idx" ON "payee_account"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "instalment_number_unique" ON "instalment"("award_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "disbursement_number_unique" ON "disbursement"("number");

-- CreateIndex
CREATE INDEX "disbursement_award_id_idx" ON "disbursement"("award_id");

-- CreateIndex
CREATE INDEX "disbursement_instalment_id_idx" ON "disbursement"("instalment_id");

-- CreateIndex
CREATE INDEX "disbursement_payee_account_id_idx" ON "disbursement"("payee_account_id");

-- CreateIndex
CREATE INDEX "disbursement_status_idx" ON "disbursement"("status");

-- CreateIndex
CREATE INDEX "disbursement_signature_disbursement_id_idx" ON "disbursement_signature"("disbursement_id");

-- CreateIndex
CREATE UNIQUE INDEX "disbursement_attempt_number_unique" ON "disbursement_attempt"("disbursement_id", "number");

-- CreateIndex
CREATE INDEX "payment_evidence_disbursement_id_idx" ON "payment_evidence"("disbursement_id");

-- CreateIndex
CREATE UNIQUE INDEX "strategy_code_unique" ON "strategy"("code");

-- CreateIndex
CREATE UNIQUE INDEX "program_code_unique" ON "program"("code");

-- CreateIndex
CREATE UNIQUE INDEX "budget_entry_posted_once" ON "budget_entry"("ledger_entry_id");

-- CreateIndex
CREATE INDEX "budget_entry_program_id_fiscal_year_idx" ON "budget_entry"("program_id", "fiscal_year");

-- CreateIndex
CREATE UNIQUE INDEX "rubric_version_unique" ON "rubric"("key", "version");

-- CreateIndex
CREATE INDEX "review_assignment_reviewer_id_idx" ON "review_assignment"("reviewer_id");

-- CreateIndex
CREATE UNIQUE INDEX "review_assignment_once_per_reviewer" ON "review_assignment"("application_id", "reviewer_id");

-- CreateIndex
CREATE UNIQUE INDEX "review_assignment_number_unique" ON "review_assignment"("application_id", "reviewer_number");

-- CreateIndex
CREATE UNIQUE INDEX "review_once_per_assignment" ON "review"("assignment_id");

-- CreateIndex
CREATE UNIQUE INDEX "score_once_per_criterion" ON "score"("review_id", "criterion_key");

-- AddForeignKey
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_program_id_fkey" FOREIGN KEY ("program_id") REFERENCES "program"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "allocation_round" ADD CONSTRAINT "allocation_round_opportunity_id_fkey" FOREIGN KEY ("opportunity_id") REFERENCES "opportunity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "allocation_line" ADD CONSTRAINT "allocation_line_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "allocation_round"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "allocation_line" ADD CONSTRAINT "allocation_line_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "allocation_line_year" ADD CONSTRAINT "allocation_line_year_line_id_fkey" FOREIGN KEY ("line_id") REFERENCES "allocation_line"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application" ADD CONSTRAINT "application_opportunity_id_fkey" FOREIGN KEY ("opportunity_id") REFERENCES "opportunity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application" ADD CONSTRAINT "application_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application" ADD CONSTRAINT "application_form_definition_id_fkey" FOREIGN KEY ("form_definition_id") REFERENCES "form_definition"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "answer" ADD CONSTRAINT "answer_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "answer_version" ADD CONSTRAINT "answer_version_answer_id_fkey" FOREIGN KEY ("answer_id") REFERENCES "answer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget_line" ADD CONSTRAINT "budget_line_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_file"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_version" ADD CONSTRAINT "application_version_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "screening" ADD CONSTRAINT "screening_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "requirement" ADD CONSTRAINT "requirement_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "requirement" ADD CONSTRAINT "requirement_award_id_fkey" FOREIGN KEY ("award_id") REFERENCES "award"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_detail" ADD CONSTRAINT "audit_detail_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "audit_event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_seal_event" ADD CONSTRAINT "audit_seal_event_seal_number_fkey" FOREIGN KEY ("seal_number") REFERENCES "audit_seal"("number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "award" ADD CONSTRAINT "award_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "award" ADD CONSTRAINT "award_program_id_fkey" FOREIGN KEY ("program_id") REFERENCES "program"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "award" ADD CONSTRAINT "award_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "award_year" ADD CONSTRAINT "award_year_award_id_fkey" FOREIGN KEY ("award_id") REFERENCES "award"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agreement" ADD CONSTRAINT "agreement_award_id_fkey" FOREIGN KEY ("award_id") REFERENCES "award"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agreement_signature" ADD CONSTRAINT "agreement_signature_agreement_id_fkey" FOREIGN KEY ("agreement_id") REFERENCES "agreement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "login_token" ADD CONSTRAINT "login_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "email_change" ADD CONSTRAINT "email_change_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role_assignment" ADD CONSTRAINT "role_assignment_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role_assignment" ADD CONSTRAINT "role_assignment_program_id_fkey" FOREIGN KEY ("program_id") REFERENCES "program"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_account" ADD CONSTRAINT "ledger_account_program_id_fkey" FOREIGN KEY ("program_id") REFERENCES "program"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_account" ADD CONSTRAINT "ledger_account_award_id_fkey" FOREIGN KEY ("award_id") REFERENCES "award"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_balance" ADD CONSTRAINT "ledger_balance_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "ledger_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_debit_account_id_fkey" FOREIGN KEY ("debit_account_id") REFERENCES "ledger_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_credit_account_id_fkey" FOREIGN KEY ("credit_account_id") REFERENCES "ledger_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_program_id_fkey" FOREIGN KEY ("program_id") REFERENCES "program"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_form_definition_id_fkey" FOREIGN KEY ("form_definition_id") REFERENCES "form_definition"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "opportunity" ADD CONSTRAINT "opportunity_rubric_id_fkey" FOREIGN KEY ("rubric_id") REFERENCES "rubric"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "location" ADD CONSTRAINT "location_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sealed_location" ADD CONSTRAINT "sealed_location_location_id_fkey" FOREIGN KEY ("location_id") REFERENCES "location"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payee_account" ADD CONSTRAINT "payee_account_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "instalment" ADD CONSTRAINT "instalment_award_id_fkey" FOREIGN KEY ("award_id") REFERENCES "award"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disbursement" ADD CONSTRAINT "disbursement_instalment_id_fkey" FOREIGN KEY ("instalment_id") REFERENCES "instalment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disbursement" ADD CONSTRAINT "disbursement_award_id_fkey" FOREIGN KEY ("award_id") REFERENCES "award"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disbursement" ADD CONSTRAINT "disbursement_payee_account_id_fkey" FOREIGN KEY ("payee_account_id") REFERENCES "payee_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disbursement_signature" ADD CONSTRAINT "disbursement_signature_disbursement_id_fkey" FOREIGN KEY ("disbursement_id") REFERENCES "disbursement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disbursement_attempt" ADD CONSTRAINT "disbursement_attempt_disbursement_id_fkey" FOREIGN KEY ("disbursement_id") REFERENCES "disbursement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment_evidence" ADD CONSTRAINT "payment_evidence_disbursement_id_fkey" FOREIGN KEY ("disbursement_id") REFERENCES "disbursement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment_evidence" ADD CONSTRAINT "payment_evidence_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_file"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "program" ADD CONSTRAINT "program_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "strategy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget_entry" ADD CONSTRAINT "budget_entry_program_id_fkey" FOREIGN KEY ("program_id") REFERENCES "program"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_assignment" ADD CONSTRAINT "review_assignment_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review" ADD CONSTRAINT "review_assignment_id_fkey" FOREIGN KEY ("assignment_id") REFERENCES "review_assignment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "score" ADD CONSTRAINT "score_review_id_fkey" FOREIGN KEY ("review_id") REFERENCES "review"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



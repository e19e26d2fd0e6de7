-- One organization for the nine digits of a business number, whatever program account is written after them: a second
-- file under a number is how somebody else's award would be asked for.
CREATE UNIQUE INDEX "organization_business_number_unique" ON "organization" (left("business_number", 9))
  WHERE "business_number" IS NOT NULL;

-- One application of an organization to an opportunity, unless the former is spent: withdrawn, ineligible or declined.
CREATE UNIQUE INDEX "application_live_unique" ON "application" ("organization_id", "opportunity_id")
  WHERE "status" NOT IN ('withdrawn', 'ineligible', 'declined');

-- The name that the inviter typed, so that owners can tell invitations apart. What a person who is already here calls
-- themselves would tell an owner whose address it is.
ALTER TABLE "invitation" ADD COLUMN "display_name" TEXT;

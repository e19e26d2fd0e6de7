-- The ledger: double-entry, append-only, and written by one function only.
-- Refusals raised by our own code have an SQLSTATE in class HR and a message that begins with the wall's name.

-- Shared by every append-only table. Enabled ALWAYS below, so that no session setting skips it.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append_only: rows of % are never changed or deleted (% refused)', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'HR010';
END $$;

-- Half-empty pages leave room for the next version of a balance beside the old one.
ALTER TABLE ledger_balance SET (fillfactor = 50);

CREATE FUNCTION open_ledger_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO public.ledger_balance (account_id, kind, balance_minor) VALUES (NEW.id, NEW.kind, 0);
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_account_opens_balance AFTER INSERT ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION open_ledger_balance();

-- An award's accounts belong to the award's program.
CREATE FUNCTION check_ledger_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.award_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM public.award a WHERE a.id = NEW.award_id AND a.program_id = NEW.program_id) THEN
    RAISE EXCEPTION 'ledger_account_of_its_program: award % is not of program %', NEW.award_id, NEW.program_id
      USING ERRCODE = 'HR003';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_checked BEFORE INSERT ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION check_ledger_account();

CREATE TRIGGER ledger_account_unchangeable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_account
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_balance_stays BEFORE DELETE OR TRUNCATE ON ledger_balance
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_unchangeable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_unchangeable;
ALTER TABLE ledger_balance ENABLE ALWAYS TRIGGER ledger_balance_stays;
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_unchangeable;

-- The account of this kind and scope, opened when it does not exist. Two who open one at once get the same.
CREATE FUNCTION find_ledger_account(p_kind text, p_program uuid, p_award uuid, p_fiscal_year integer, p_currency text)
RETURNS bigint LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_award IS NULL THEN
    RETURN (SELECT id FROM public.ledger_account WHERE program_id = p_program AND award_id IS NULL
      AND fiscal_year = p_fiscal_year AND kind = p_kind AND currency = p_currency);
  END IF;
  RETURN (SELECT id FROM public.ledger_account WHERE award_id = p_award AND program_id = p_program
    AND fiscal_year = p_fiscal_year AND kind = p_kind AND currency = p_currency);
END $$;

CREATE FUNCTION open_ledger_account(p_kind text, p_program uuid, p_award uuid, p_fiscal_year integer, p_currency text)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  found_id bigint := public.find_ledger_account(p_kind, p_program, p_award, p_fiscal_year, p_currency);
BEGIN
  IF found_id IS NULL THEN
    INSERT INTO public.ledger_account (kind, program_id, award_id, fiscal_year, currency)
    VALUES (p_kind, p_program, p_award, p_fiscal_year, p_currency)
    ON CONFLICT DO NOTHING RETURNING id INTO found_id;
  END IF;
  -- A rival that opened it first has committed by now: the insert waited for it.
  RETURN coalesce(found_id, public.find_ledger_account(p_kind, p_program, p_award, p_fiscal_year, p_currency));
END $$;

-- Moves an amount from the debit account to the credit account (balance = credits less debits) and writes the line.
-- The two balances are locked in account order, so that no two postings wait for each other in a ring. A ceiling that
-- would be broken refuses under its own name, as a CHECK would: ledger_no_commitment_above_vote,
-- ledger_no_reservation_above_plan, ledger_no_disbursement_above_commitment, ledger_no_negative_balance,
-- ledger_sources_only_give. Accounts never change, so reading them takes no lock.
CREATE FUNCTION post_entry(
  p_id uuid, p_operation uuid, p_verb text, p_debit bigint, p_credit bigint, p_amount bigint, p_currency text,
  p_cost_category text, p_occurred_at timestamptz, p_actor uuid, p_delegation uuid, p_reason text,
  p_subject_type text, p_subject_id text, p_reverses uuid
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  debit_kind text;
  credit_kind text;
  same_scope boolean;
  source_gives boolean;
  source_takes boolean;
  debited boolean;
  credited boolean;
  ceiling text;
BEGIN
  IF p_debit = p_credit THEN
    RAISE EXCEPTION 'ledger_same_account: money does not move from an account to itself' USING ERRCODE = 'HR002';
  END IF;
  IF p_amount IS NULL OR p_amount <= 0 THEN
    RAISE EXCEPTION 'ledger_amount_positive: an amount is above zero' USING ERRCODE = 'HR004';
  END IF;
  SELECT d.kind, c.kind, d.program_id = c.program_id AND d.fiscal_year = c.fiscal_year AND d.currency = c.currency
         AND d.currency = p_currency AND (d.award_id = c.award_id) IS NOT FALSE
    INTO debit_kind, credit_kind, same_scope
    FROM public.ledger_account d, public.ledger_account c WHERE d.id = p_debit AND c.id = p_credit;
  IF debit_kind IS NULL THEN
    RAISE EXCEPTION 'ledger_account_known: account % or % does not exist', p_debit, p_credit USING ERRCODE = 'HR005';
  END IF;
  IF NOT same_scope THEN
    RAISE EXCEPTION 'ledger_same_scope: both accounts are of one program, fiscal year, currency and award'
      USING ERRCODE = 'HR003';
  END IF;
  IF p_verb = 'reverse' THEN
    IF NOT EXISTS (SELECT FROM public.ledger_entry e WHERE e.id = p_reverses AND e.verb <> 'reverse'
      AND e.debit_account_id = p_credit AND e.credit_account_id = p_debit AND e.amount_minor = p_amount) THEN
      RAISE EXCEPTION 'ledger_reverse_mirrors: a reversal mirrors exactly one entry that is no reversal'
        USING ERRCODE = 'HR006';
    END IF;
  ELSIF (p_verb || ' ' || debit_kind || ' ' || credit_kind) <> ALL (ARRAY[
    'plan planned reservable', 'plan reservable planned',
    'reprofile planned reservable',
    'vote voted available', 'vote available voted',
    'reserve reservable reserved',
    'commit available committed', 'decommit committed available',
    'hold_back committed held_back', 'release_holdback held_back committed',
    'advance committed advanced', 'clear_advance advanced paid',
    'disburse committed paid',
    'recover paid recoverable', 'recover recoverable available',
    'write_off recoverable written_off',
    'lapse available lapsed'
  ]) THEN
    RAISE EXCEPTION 'ledger_verb_moves: % does not move money from % to %', p_verb, debit_kind, credit_kind
      USING ERRCODE = 'HR001';
  END IF;
  source_gives := debit_kind IN ('planned', 'voted');
  source_takes := credit_kind IN ('planned', 'voted');
  IF p_debit < p_credit THEN
    UPDATE public.ledger_balance SET balance_minor = balance_minor - p_amount
     WHERE account_id = p_debit AND (source_gives OR balance_minor >= p_amount);
    debited := FOUND;
    UPDATE public.ledger_balance SET balance_minor = balance_minor + p_amount
     WHERE account_id = p_credit AND (NOT source_takes OR balance_minor + p_amount <= 0);
    credited := FOUND;
  ELSE
    UPDATE public.ledger_balance SET balance_minor = balance_minor + p_amount
     WHERE account_id = p_credit AND (NOT source_takes OR balance_minor + p_amount <= 0);
    credited := FOUND;
    UPDATE public.ledger_balance SET balance_minor = balance_minor - p_amount
     WHERE account_id = p_debit AND (source_gives OR balance_minor >= p_amount);
    debited := FOUND;
  END IF;
  IF NOT debited OR NOT credited THEN
    ceiling := CASE
      WHEN NOT credited THEN 'ledger_sources_only_give'
      WHEN debit_kind = 'available' THEN 'ledger_no_commitment_above_vote'
      WHEN debit_kind = 'reservable' THEN 'ledger_no_reservation_above_plan'
      WHEN debit_kind = 'committed' THEN 'ledger_no_disbursement_above_commitment'
      ELSE 'ledger_no_negative_balance' END;
    RAISE EXCEPTION 'moving % by % from % to % violates check constraint "%"',
      p_amount, p_verb, debit_kind, credit_kind, ceiling
      USING ERRCODE = 'check_violation', CONSTRAINT = ceiling, TABLE = 'ledger_balance';
  END IF;
  INSERT INTO public.ledger_entry (id, operation_id, verb, debit_account_id, credit_account_id, amount_minor, currency,
    cost_category, occurred_at, actor_user_id, delegation_id, reason, subject_type, subject_id, reverses_id)
  VALUES (p_id, p_operation, p_verb, p_debit, p_credit, p_amount, p_currency, p_cost_category, p_occurred_at, p_actor,
    p_delegation, p_reason, p_subject_type, p_subject_id, p_reverses);
END $$;
REVOKE ALL ON FUNCTION post_entry FROM PUBLIC;

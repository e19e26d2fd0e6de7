-- Acting for someone (safeguard A2): the delegation names the person and, as it stood then, that person's position, since
-- a signature is read years after both have moved on. `delegation_not_for_oneself` is there since the beginning.
ALTER TABLE delegation
  ADD COLUMN acting_for_position_en TEXT,
  ADD COLUMN acting_for_position_fr TEXT;

ALTER TABLE delegation
  ADD CONSTRAINT delegation_acting_for_id_fkey FOREIGN KEY (acting_for_id) REFERENCES person (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT delegation_acting_for_whole CHECK
    (num_nonnulls(acting_for_id, acting_for_position_en, acting_for_position_fr) IN (0, 3)),
  ADD CONSTRAINT delegation_acting_for_bilingual CHECK
    (btrim(acting_for_position_en) <> '' AND btrim(acting_for_position_fr) <> '');

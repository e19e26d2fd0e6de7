-- A message whose link has nothing left to open when its turn comes is neither sent nor refused by anybody: an
-- administrator who reads "not sent" would look for a fault of the mail server.
ALTER TABLE mail_message
  DROP CONSTRAINT mail_message_status,
  ADD CONSTRAINT mail_message_status CHECK (status IN ('queued', 'sent', 'outbox', 'unneeded', 'failed'));

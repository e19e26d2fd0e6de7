/**
 * Every column that holds sealed values: what `hearth keys rotate` re-seals and doctor opens.
 * A new sealed column is one line here; a test compares this list with the places the code seals.
 */
export const SEALED_COLUMNS = [
	{ table: 'sealed_location', column: 'ciphertext', id: 'location_id' },
	{ table: 'payee_account', column: 'ciphertext', id: 'id' },
	{ table: 'sealed_signature_origin', column: 'ciphertext', id: 'signature_id' }
] as const satisfies readonly { table: string; column: string; id: string }[];

export type SealedColumn = (typeof SEALED_COLUMNS)[number];

import { refuse, type Problem } from '#lib/domain/problem.ts';

/** A Canadian account: institution 3 digits, transit 5, account 7 to 12. */
export type BankAccount = { institution: string; transit: string; account: string };

export function parseBankAccount(text: BankAccount): BankAccount | Problem {
	const digits = (value: string): string => value.replace(/[\s\u00a0-]/g, '');
	const account = {
		institution: digits(text.institution),
		transit: digits(text.transit),
		account: digits(text.account)
	};
	if (!/^\d{3}$/.test(account.institution)) return refuse('value_invalid', {}, 'institution');
	if (!/^\d{5}$/.test(account.transit)) return refuse('value_invalid', {}, 'transit');
	if (!/^\d{7,12}$/.test(account.account)) return refuse('value_invalid', {}, 'account');
	return account;
}

/** One text for one account, whose keyed hash is the fingerprint a signature binds to. */
export function canonicalBankAccount(account: BankAccount): string {
	return `${account.institution}-${account.transit}-${account.account}`;
}

/** All that lists, runs and letters may show. */
export function lastThree(account: BankAccount): string {
	return account.account.slice(-3);
}

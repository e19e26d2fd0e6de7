import { refuse, type Problem } from '#lib/domain/problem.ts';

/** Program accounts that the Canada Revenue Agency writes after the nine digits; RR is a registered charity. */
const BUSINESS_NUMBER = /^\d{9}(?:(?:RC|RM|RP|RT|RR|RZ|RD|RE)\d{4})?$/;

/**
 * A business number without spaces and hyphens, or the Problem `business_number_format`. The check digit is a separate
 * question: see `businessNumberWarning`.
 */
export function parseBusinessNumber(text: string): string | Problem {
	const bare = text.replace(/[\s\u00a0-]/g, '').toUpperCase();
	return BUSINESS_NUMBER.test(bare) ? bare : refuse('business_number_format');
}

/** The Luhn check over the nine digits. */
export function passesLuhn(digits: string): boolean {
	let total = 0;
	for (let place = 0; place < digits.length; place += 1) {
		const digit = Number(digits[digits.length - 1 - place]);
		const doubled = place % 2 === 1 ? digit * 2 : digit;
		total += doubled > 9 ? doubled - 9 : doubled;
	}
	return total % 10 === 0;
}

/** A warning, never a refusal: numbers that fail the check digit occur in published records. */
export function businessNumberWarning(businessNumber: string): Problem | null {
	return passesLuhn(businessNumber.slice(0, 9)) ? null : refuse('business_number_check');
}

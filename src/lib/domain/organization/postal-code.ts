import { refuse, type Problem } from '#lib/domain/problem.ts';
import type { Province } from './province.ts';

/** No D F I O Q U anywhere, no W or Z first (Canada Post). */
const POSTAL_CODE = /^[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d$/;

const PROVINCES_BY_LETTER: Record<string, readonly Province[]> = {
	A: ['NL'],
	B: ['NS'],
	C: ['PE'],
	E: ['NB'],
	G: ['QC'],
	H: ['QC'],
	J: ['QC'],
	K: ['ON'],
	L: ['ON'],
	M: ['ON'],
	N: ['ON'],
	P: ['ON'],
	R: ['MB'],
	S: ['SK'],
	T: ['AB'],
	V: ['BC'],
	X: ['NT', 'NU'],
	Y: ['YT']
};

/** A postal code as the disclosure schema wants it, `K1A 0B1`, from what people type. */
export function parsePostalCode(text: string): string | Problem {
	const bare = text.replace(/[\s\u00a0-]/g, '').toUpperCase();
	const written = `${bare.slice(0, 3)} ${bare.slice(3)}`;
	return POSTAL_CODE.test(written) ? written : refuse('postal_code_format');
}

/** Refuses a code whose first letter belongs to another province. */
export function postalCodeProblem(postalCode: string, province: Province): Problem | null {
	const provinces = PROVINCES_BY_LETTER[postalCode.charAt(0)] ?? [];
	return provinces.includes(province) ? null : refuse('postal_code_province', { province });
}

/** The instrument of the money (codes G, C, O of the disclosure schema). */
export const INSTRUMENTS = ['grant', 'contribution', 'other_transfer_payment'] as const;
export type Instrument = (typeof INSTRUMENTS)[number];

/** How recipients are found. After the award all methods are the same. */
export const METHODS = ['competitive', 'formula', 'directed'] as const;
export type Method = (typeof METHODS)[number];

/** The letter that the proactive disclosure schema gives the instrument. */
export function instrumentCode(instrument: Instrument): 'G' | 'C' | 'O' {
	return instrument === 'grant' ? 'G' : instrument === 'contribution' ? 'C' : 'O';
}

/** Holdback, claims, advances and audit exist only for contributions: a grant is not accounted for. */
export function isAccountedFor(instrument: Instrument): boolean {
	return instrument === 'contribution';
}

/** The two ceilings of a program and fiscal year. */
export const CEILINGS = ['planned', 'voted'] as const;
export type Ceiling = (typeof CEILINGS)[number];

/** Where a dated change of a ceiling comes from. */
export const BUDGET_SOURCES = [
	'reference_level',
	'interim_supply',
	'main_estimates',
	'supplementary_estimates',
	'reprofile',
	'correction'
] as const;
export type BudgetSource = (typeof BUDGET_SOURCES)[number];

const SOURCES_BY_CEILING: Record<Ceiling, readonly BudgetSource[]> = {
	planned: ['reference_level', 'reprofile', 'correction'],
	voted: ['interim_supply', 'main_estimates', 'supplementary_estimates', 'correction']
};

/** A reference level plans; only Parliament votes. */
export function sourceFits(ceiling: Ceiling, source: BudgetSource): boolean {
	return SOURCES_BY_CEILING[ceiling].includes(source);
}

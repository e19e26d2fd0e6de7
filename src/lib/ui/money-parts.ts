/** The four amounts of a money bar, one inside the other. */
export type MoneyPart = 'planned' | 'voted' | 'committed' | 'paid';

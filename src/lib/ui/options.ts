/** One answer that can be chosen. */
export type Option = {
	value: string;
	label: string;
	/** A second line: what choosing it means. */
	hint?: string;
	disabled?: boolean;
	/** Set apart from the others by a line: "We would rather not say", of equal size. */
	apart?: boolean;
};

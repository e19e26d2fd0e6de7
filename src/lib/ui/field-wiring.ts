import { createContext } from 'svelte';

/**
 * What a question tells the control inside it, so that label, hint and error belong to the control without the page
 * repeating ids. Getters, because the error of a field comes and goes.
 */
export type FieldWiring = {
	readonly id: string;
	readonly name: string;
	/** Ids of hint and error, for `aria-describedby`. In a group the fieldset carries them. */
	readonly describedBy: string | undefined;
	readonly invalid: boolean;
	readonly group: boolean;
	/**
	 * Called by a control that draws the line under itself (a counter): it then draws what is saved as well, and the
	 * field does not.
	 */
	takeLineUnder(): { readonly saved: string | undefined; readonly waiting: boolean };
};

const [readWiring, provideWiring, hasWiring] = createContext<FieldWiring>();

export { provideWiring };

/** The question around a control, or undefined for a control that stands alone with its own `aria-label`. */
export function useWiring(): FieldWiring | undefined {
	return hasWiring() ? readWiring() : undefined;
}

/** Ids joined for `aria-describedby`; undefined when there are none, so that no empty attribute is written. */
export function idList(...ids: (string | false | undefined)[]): string | undefined {
	return ids.filter(Boolean).join(' ') || undefined;
}

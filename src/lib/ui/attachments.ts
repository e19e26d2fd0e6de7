import type { Attachment } from 'svelte/attachments';

/** Moves focus to the element when it is drawn: for an error summary, never for a field. */
export const focusOnArrival: Attachment<HTMLElement> = (node) => {
	node.focus();
};

/** A disclosure that opens over the page closes with Escape, with a press outside, and when focus leaves it. */
export const closesLikeAMenu: Attachment<HTMLDetailsElement> = (details) => {
	function onKeydown(event: KeyboardEvent): void {
		if (event.key !== 'Escape' || !details.open) return;
		details.open = false;
		details.querySelector('summary')?.focus();
	}
	function onPressOutside(event: Event): void {
		if (event.target instanceof Node && !details.contains(event.target)) details.open = false;
	}
	function onFocusOut(event: FocusEvent): void {
		if (event.relatedTarget instanceof Node && !details.contains(event.relatedTarget)) details.open = false;
	}
	details.addEventListener('keydown', onKeydown);
	details.addEventListener('focusout', onFocusOut);
	document.addEventListener('pointerdown', onPressOutside);
	return () => {
		details.removeEventListener('keydown', onKeydown);
		details.removeEventListener('focusout', onFocusOut);
		document.removeEventListener('pointerdown', onPressOutside);
	};
};

/** A region takes keyboard focus only where it really scrolls, so that Tab never stops at nothing. */
export const focusableWhereItScrolls: Attachment<HTMLElement> = (region) => {
	function measure(): void {
		const scrolls = region.scrollWidth > region.clientWidth + 1 || region.scrollHeight > region.clientHeight + 1;
		if (scrolls) region.tabIndex = 0;
		else region.removeAttribute('tabindex');
	}
	const observer = new ResizeObserver(measure);
	observer.observe(region);
	if (region.firstElementChild) observer.observe(region.firstElementChild);
	return () => observer.disconnect();
};

/** One stroke of an icon on the 24 by 24 grid; a filled one takes the colour of the text. */
type Stroke = { d: string; filled?: boolean };

/**
 * Every icon of the design by name. They are drawn as strokes in the colour of the text and never stand without a word.
 * `satisfies` keeps the names as a union, so a name that does not exist is a type error.
 */
export const ICONS = {
	'arrow-down': [{ d: 'M12 5v14M6 13l6 6 6-6' }],
	'arrow-left': [{ d: 'M20 12H5M11 6l-6 6 6 6' }],
	'arrow-right': [{ d: 'M4 12h15M13 6l6 6-6 6' }],
	'arrow-up': [{ d: 'M12 19V5M6 11l6-6 6 6' }],
	bars: [{ d: 'M8 5v14M16 5v14' }],
	care: [{ d: 'M4 14c2-3 4-4 7-4h3a2 2 0 010 4h-4M14 13l4-2.5a1.8 1.8 0 012 3L14 18H8l-4 3' }],
	check: [{ d: 'M4 12.5l5 5L20 6.5' }],
	chevron: [{ d: 'M6 9.5l6 6 6-6' }],
	clock: [{ d: 'M3.5 12a8.5 8.5 0 1017 0a8.5 8.5 0 10-17 0M12 7.5V12l3 2' }],
	cross: [{ d: 'M6 6l12 12M18 6L6 18' }],
	download: [{ d: 'M12 4v12M6 11l6 6 6-6M5 20.5h14' }],
	exit: [{ d: 'M14 4h5a1 1 0 011 1v14a1 1 0 01-1 1h-5M4 12h11M11 8l4 4-4 4' }],
	eye: [
		{ d: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z' },
		{ d: 'M9.3 12a2.7 2.7 0 105.4 0a2.7 2.7 0 10-5.4 0' }
	],
	file: [{ d: 'M6 3.5h8l4.5 4.5v12.5h-12.5zM14 3.5v4.5h4.5' }],
	flame: [{ d: 'M12 3c1 3.5 5 5.5 5 10a5 5 0 01-10 0c0-2 1-3 2-4 .3 1.5 1 2.3 2 2.5C11.5 9 11 6 12 3z' }],
	half: [{ d: 'M4 12a8 8 0 1016 0a8 8 0 10-16 0' }, { d: 'M12 4a8 8 0 010 16z', filled: true }],
	info: [{ d: 'M3.5 12a8.5 8.5 0 1017 0a8.5 8.5 0 10-17 0M12 11v5M12 8v.01' }],
	lock: [{ d: 'M7 10.5h10a2 2 0 012 2V18a2 2 0 01-2 2H7a2 2 0 01-2-2v-5.5a2 2 0 012-2zM8 10.5V8a4 4 0 018 0v2.5' }],
	phone: [
		{
			d: 'M6 4h3l1.5 4.5-2 1.5a11 11 0 005.5 5.5l1.5-2L20 15v3a2 2 0 01-2 2A14 14 0 014 6a2 2 0 012-2z'
		}
	],
	plus: [{ d: 'M12 5v14M5 12h14' }],
	print: [{ d: 'M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z' }],
	ring: [{ d: 'M4 12a8 8 0 1016 0a8 8 0 10-16 0' }],
	warning: [{ d: 'M12 4l9 16H3z' }, { d: 'M12 10v4.5M12 17.3v.01' }]
} satisfies Record<string, Stroke[]>;

export type IconName = keyof typeof ICONS;

/** The icons of status tags: drawn once in the page shell, and referred to by every row of a list. */
export const TAG_ICONS = [
	'bars',
	'check',
	'clock',
	'cross',
	'eye',
	'flame',
	'half',
	'lock',
	'ring',
	'warning'
] as const satisfies IconName[];

export type TagIconName = (typeof TAG_ICONS)[number];

/** What is drawn as a line, in one path. */
export function outlineOf(name: IconName): string {
	return drawn(name, false);
}

/** What is filled, or nothing. */
export function shapeOf(name: IconName): string {
	return drawn(name, true);
}

function drawn(name: IconName, filled: boolean): string {
	const strokes: Stroke[] = ICONS[name];
	return strokes
		.filter((stroke) => (stroke.filled ?? false) === filled)
		.map((stroke) => stroke.d)
		.join('');
}

/** One of the reader's ways of being here: an organization and a role in it, or a staff role and its program. */
export type RoleChoice = { label: string; detail: string; href: string };

/** What every page shows around its content. The root layout's load provides it as `shell`. */
export type ShellFacts = {
	viewer: null | {
		displayName: string;
		current: { label: string; detail: string };
		choices: RoleChoice[];
		/** What is left of the session when the page was answered: while nothing is asked, and however busy. */
		session: { idleMillis: number; endsMillis: number };
	};
	/** The help line of this installation; null where a page's load failed, since a wrong number is worse than none. */
	help: { phoneDisplay: string; phoneHref: string; hours: string } | null;
	/** Someone to talk with, for who reads hard files. */
	care: { phoneDisplay: string; phoneHref: string } | null;
	/** Public, applicant and reviewer pages; never staff pages. */
	quickExit: boolean;
	/** Staff pages with wide tables. */
	wide: boolean;
};

/** Where the shell leads. Addresses come from the page, since only one place writes them. */
export type ShellLinks = {
	home: string;
	signIn: string;
	/** A form is posted there. */
	signOut: string;
	/** Asking it keeps the session alive, and says whether there is one. */
	session: string;
	account: string;
	privacy: string;
	accessibility: string;
	security: string;
	money: string;
	/** The same page in the other language. */
	otherLanguage: string;
	/** Where quick exit goes: an ordinary page of somebody else's. */
	elsewhere: string;
};

/**
 * The shell that a page's load provided, or what every page shows even when that load failed: the way out, as for a
 * visitor.
 */
export function shellFacts(provided: unknown): ShellFacts {
	if (provided) return provided as ShellFacts;
	return {
		viewer: null,
		help: null,
		care: null,
		quickExit: true,
		wide: false
	};
}

/** Five minutes before the end somebody is told, so that nothing is lost to a clock (WCAG 2.2.1). */
const WARNING_MILLIS = 5 * 60_000;

/** The server notes that somebody was there at most once a minute, so the true end may come that much sooner. */
const GRAIN_MILLIS = 60_000;

export type SessionState = 'safe' | 'ending' | 'over';

/** How a session stands, and when to look again; null where nothing more will change. */
export type Standing = {
	state: SessionState;
	/** Asking the server would not move its end: the longest time is nearly up. */
	isLast: boolean;
	nextMillis: number | null;
};

/**
 * Judges a session at `now`, from the instant at which the server last heard of it; all on one clock that only goes
 * forward, in milliseconds.
 */
export function standingOf(session: { idleMillis: number; endsAt: number }, heardAt: number, now: number): Standing {
	const idleEndsAt = heardAt + session.idleMillis - GRAIN_MILLIS;
	const left = Math.min(idleEndsAt, session.endsAt) - now;
	// What asking now would win is less than the warning itself.
	const isLast = session.endsAt - now <= WARNING_MILLIS;
	if (left <= 0) return { state: 'over', isLast, nextMillis: null };
	if (left <= WARNING_MILLIS) return { state: 'ending', isLast, nextMillis: left };
	return { state: 'safe', isLast, nextMillis: left - WARNING_MILLIS };
}

import { isProblem, refuse, type Problem } from '#lib/domain/problem.ts';
import { wallClockToInstant, instantToWallClock, type WallClock } from './zone.ts';

const MINUTE_IN_MILLISECONDS = 60_000;

/**
 * A deadline as it is stored: what was written on the page, where, and the instant computed from both with which zone
 * rules. When the rules change, affected deadlines are listed to an officer; none is moved silently.
 */
export type Deadline = { wall: WallClock; zone: string; at: Date; tzVersion: string };

/** `tzVersion` is the version of the zone rules in use (`process.versions.tz`), passed in by the caller. */
export function makeDeadline(wall: WallClock, zone: string, tzVersion: string): Deadline | Problem {
	const at = wallClockToInstant(wall, zone);
	return isProblem(at) ? at : { wall, zone, at, tzVersion };
}

/** True when the stored instant is no longer what today's zone rules give for the written wall clock. */
export function deadlineDrifted(deadline: Deadline): boolean {
	return instantToWallClock(deadline.at, deadline.zone) !== deadline.wall;
}

/**
 * True while a request received at that instant is in time. The whole written minute counts: a deadline of 23:59 admits
 * 23:59:59.999 and refuses 00:00:00.000.
 */
export function isBeforeDeadline(receivedAt: Date, closesAt: Date): boolean {
	return receivedAt.getTime() < closesAt.getTime() + MINUTE_IN_MILLISECONDS;
}

/** Where `now` stands towards a window. Computed, never stored. */
export type WindowState = 'scheduled' | 'open' | 'closed';

export function windowState(window: { opensAt: Date; closesAt: Date | null }, now: Date): WindowState {
	if (now.getTime() < window.opensAt.getTime()) return 'scheduled';
	return window.closesAt === null || isBeforeDeadline(now, window.closesAt) ? 'open' : 'closed';
}

/** Refuses outside the window, with the reason. */
export function requireOpen(window: { opensAt: Date; closesAt: Date | null }, receivedAt: Date): Problem | null {
	const state = windowState(window, receivedAt);
	if (state === 'scheduled') return refuse('not_open_yet');
	return state === 'closed' ? refuse('deadline_passed') : null;
}

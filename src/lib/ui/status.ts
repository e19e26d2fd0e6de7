import type { TagIconName } from './icons.ts';

/**
 * done: finished. go: going on. wait: it waits on the reader. todo: not started. sealed: private.
 * bad: something is wrong. info: on hold by nobody's fault. none: a plain fact of the record.
 */
export type StatusKind = 'done' | 'go' | 'wait' | 'todo' | 'sealed' | 'bad' | 'info' | 'none';

/** What a status tag needs: the kind gives colour and icon, the label is the word. */
export type Status = { kind: StatusKind; label: string; icon?: TagIconName };

const ICONS: Record<StatusKind, TagIconName> = {
	done: 'check',
	go: 'half',
	wait: 'flame',
	todo: 'ring',
	sealed: 'lock',
	bad: 'warning',
	info: 'clock',
	none: 'clock'
};

/** The shape that goes with a kind, so that colour is never alone. */
export function iconOfStatus(kind: StatusKind): TagIconName {
	return ICONS[kind];
}

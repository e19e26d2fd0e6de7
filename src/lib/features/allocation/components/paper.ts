import type { Bilingual } from '#lib/i18n/locale.ts';

type By = { name: string; at: string };

/** A decision signed on paper outside, as the page of its round draws it: days and instants are in words. */
export type Paper = {
	id: string;
	signedByName: string;
	position: Bilingual;
	instrument: string;
	signedOn: string;
	fileId: string;
	recorded: By;
	confirmed: By | null;
	refused: (By & { reason: string }) | null;
	/** Whether the reader recorded it, and so is not its second person. */
	isRecorder: boolean;
};

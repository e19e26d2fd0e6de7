import { refuse, type Problem } from '#lib/domain/problem.ts';

const NUMBER = /^1?([2-9]\d{2})([2-9]\d{2})(\d{4})$/;

/** A telephone number of Canada or the United States as it is kept, `1-514-555-0101`, from what people type. */
export function parseTelephone(text: string): string | Problem {
	const bare = text.normalize('NFKC').replace(/[\s().+/\u2010-\u2013-]/g, '');
	const [, area, exchange, line] = NUMBER.exec(bare) ?? [];
	return area === undefined ? refuse('telephone_format') : `1-${area}-${exchange}-${line}`;
}

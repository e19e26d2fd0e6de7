/**
 * Row ids are UUID version 7 in lower case, made by the server's injected randomness. Ordered by time of making, they
 * also serve as the stable order that breaks ties.
 */
export type Id = string;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for a canonical lower-case UUID; a path parameter that fails is not found, never a database error. */
export function isId(value: unknown): value is Id {
	return typeof value === 'string' && UUID.test(value);
}

/** Orders by id, byte by byte: the same on every machine, whatever its language. */
export function compareIds(a: Id, b: Id): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

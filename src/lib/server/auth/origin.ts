import type { Origin } from '#lib/server/clock.ts';
import { seal, type Place } from '#lib/server/crypto/seal.ts';

/** Where the address of a signature lies. The seal binds it to the signature's id: on another row it does not open. */
export function originPlace(signatureId: string): Place {
	return { table: 'sealed_signature_origin', column: 'ciphertext', row: signatureId };
}

/**
 * The machine a request came from. It travels with the moment through every command, past logs, events and payloads, so
 * the address is a private field and no method answers it: neither JSON nor an inspection of the object shows it.
 */
export class RequestOrigin implements Origin {
	readonly #address: string;

	constructor(address: string) {
		this.#address = address;
	}

	sealFor(signatureId: string): string {
		return seal(this.#address, originPlace(signatureId));
	}
}

import * as m from '#lib/i18n/generated/identity.ts';
import type { Bilingual } from '#lib/i18n/locale.ts';

/** What a query adds so that `positionHeld` can name the person acted for. */
export const ACTED_FOR = { actingFor: { select: { displayName: true } } } as const;

type Held = {
	positionEn: string;
	positionFr: string;
	actingFor: { displayName: string } | null;
	actingForPositionEn: string | null;
	actingForPositionFr: string | null;
};

/**
 * The position under which somebody signs, as it is printed beside the signature: with the person acted for and that
 * person's position, since without them a reader would look for an authority that the signer does not have.
 */
export function positionHeld(row: Held): Bilingual {
	const { positionEn: en, positionFr: fr, actingFor, actingForPositionEn, actingForPositionFr } = row;
	if (!actingFor || actingForPositionEn === null || actingForPositionFr === null) return { en, fr };
	const name = actingFor.displayName;
	return {
		en: m.positionActingFor('en', { held: en, name, position: actingForPositionEn }),
		fr: m.positionActingFor('fr', { held: fr, name, position: actingForPositionFr })
	};
}
